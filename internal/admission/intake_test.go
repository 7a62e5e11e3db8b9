// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// Each kind of token does only its own work.
func TestIntakes(t *testing.T) {
	all := []token.Signal{token.SignalTraces, token.SignalMetrics, token.SignalLogs, token.SignalProfiles}
	tests := []struct {
		name  string
		token token.Token
		may   []string // where it may write
	}{
		{"web", token.Token{Kind: token.KindWeb}, []string{"/v1/traces"}},
		{"mobile", token.Token{Kind: token.KindMobile}, []string{"/v1/traces"}},
		{"remote_write", token.Token{Kind: token.KindRemoteWrite}, []string{"/api/v1/write"}},
		{
			"web, all signals",
			token.Token{Kind: token.KindWeb, Signals: all},
			[]string{"/v1/traces", "/v1/metrics", "/v1/logs", "/v1development/profiles"},
		},
		{
			"mobile, metrics", token.Token{Kind: token.KindMobile, Signals: all[1:2]}, []string{"/v1/metrics"},
		},
		{ // no valid record
			"remote_write, all signals", token.Token{Kind: token.KindRemoteWrite, Signals: all}, []string{"/api/v1/write"},
		},
		{"remote_write, traces", token.Token{Kind: token.KindRemoteWrite, Signals: all[:1]}, nil},
	}
	checker := NewChecker(nil, Defaults(), nil)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := map[string]string{}
			got := map[string]string{}
			for path := range Defaults().Paths {
				want[path] = SignalDenied.Verdict().Label
				got[path] = checker.CheckPath(path, &tt.token).Verdict().Label
			}
			for _, path := range tt.may {
				want[path] = Accepted.Verdict().Label
			}
			assert.Equal(t, want, got)
			assert.Equal(t, PathUnknown, checker.CheckPath("/api/v1/write/", &tt.token))
		})
	}
}
