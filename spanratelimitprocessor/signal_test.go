// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"google.golang.org/grpc/codes"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/refusal"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

func TestSignals(t *testing.T) {
	tests := []struct {
		name string
		held token.Token
		code codes.Code
	}{
		{"web", token.Token{Kind: token.KindWeb}, codes.OK},
		{"mobile", token.Token{Kind: token.KindMobile}, codes.OK},
		{"traces among others", token.Token{Signals: []token.Signal{token.SignalLogs, token.SignalTraces}}, codes.OK},
		{"metrics only", token.Token{Kind: token.KindWeb, Signals: []token.Signal{token.SignalMetrics}}, codes.PermissionDenied},
		{"remote_write", token.Token{Kind: token.KindRemoteWrite}, codes.PermissionDenied},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.held.ID = "shop"
			d := newDesk(t, func(c *Config) { c.MissingIdentity = MissingIdentityAllow })
			holder := identity.NewHolder(&tt.held, identity.NewOwner(&token.Organization{ID: "acme"}))
			got := d.send(identity.New(t, holder, ""), 1)
			assert.Equal(t, tt.code.String(), got.code.String())
			if tt.code != codes.OK {
				assert.Equal(t, string(refusal.SignalNotAllowed), got.reason)
				assert.EqualValues(t, 1, d.report.refused[scopeIdentity].spans.Load())
			}
		})
	}
}
