// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// aged is a registry that was last current some time ago, or never.
type aged struct {
	*registry.Registry

	age   time.Duration
	never bool
}

func (a aged) Stale(bound time.Duration) bool {
	return a.never || bound > 0 && a.age > bound
}

func TestStaleRegistry(t *testing.T) {
	contents, findings := registry.CheckAll(&registry.Records{
		Organizations: []token.Organization{{ID: "acme"}},
		Tokens: []token.Token{
			{ID: "app", Organization: "acme", Kind: token.KindMobile, Secret: one},
			{ID: "off", Organization: "acme", Kind: token.KindMobile, Disabled: true, Secret: two},
		},
	})
	require.Empty(t, findings.Faults)
	r := registry.New(nil)
	r.Loaded(contents)
	tests := []struct {
		name                    string
		registry                aged
		bound                   time.Duration
		known, disabled, others Outcome
	}{
		{"current", aged{Registry: r}, time.Minute, Accepted, Disabled, Unknown},
		{"within the bound", aged{Registry: r, age: time.Minute}, time.Minute, Accepted, Disabled, Unknown},
		{"beyond it", aged{Registry: r, age: time.Minute + 1}, time.Minute, Stale, Stale, Unknown},
		{"no bound", aged{Registry: r, age: time.Hour}, 0, Accepted, Disabled, Unknown},
		{"never loaded", aged{Registry: registry.New(nil), never: true}, 0, Stale, Stale, Stale},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			settings := Defaults()
			settings.MaxStaleness = tt.bound
			checker := NewChecker(tt.registry, settings, time.Now)
			for secret, want := range map[string]Outcome{one: tt.known, two: tt.disabled, "nobody-knows-this": tt.others} {
				got := checker.Check(headers("X-Client-Token", secret), "")
				assert.Equal(t, want.Verdict().Label, got.Verdict().Label)
			}
		})
	}
}
