// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit/audittest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

func date(day int) time.Time {
	return time.Date(2026, 11, day, 0, 0, 0, 0, time.UTC)
}

func shop(change func(*token.Token)) *token.Token {
	t := &token.Token{
		ID: "shop", Organization: "acme", Kind: token.KindWeb, SpansPerMinute: new(int64(6000)),
		Secrets: []token.Secret{{SHA256: token.DigestOf("secret one"), Hint: "a1B2", CreatedAt: date(1)}},
	}
	change(t)
	return t
}

func asItIs(*token.Token) {}

func TestOfToken(t *testing.T) {
	const all = `{"kind":"web","organization":"acme","secrets":[{"hint":"a1B2","created_at":"2026-11-01T00:00:00Z"}],` +
		`"spans_per_minute":6000}`
	for _, tt := range []struct {
		name          string
		was, is       *token.Token
		action        audit.Action
		before, after string
	}{
		{"created", nil, shop(asItIs), audit.Created, "", all},
		{"deleted", shop(asItIs), nil, audit.Deleted, all, ""},
		{
			"a limit", shop(asItIs), shop(func(t *token.Token) { t.SpansPerMinute = new(int64(0)) }), audit.Changed,
			`{"spans_per_minute":6000}`, `{"spans_per_minute":0}`,
		},
		{
			"a limit less", shop(asItIs), shop(func(t *token.Token) { t.SpansPerMinute = nil }), audit.Changed,
			`{"spans_per_minute":6000}`, "",
		},
		{
			"disabled and more", shop(asItIs), shop(func(t *token.Token) { t.Disabled, t.Name = true, "<Shop>" }),
			audit.Disabled, "", `{"disabled":true,"name":"<Shop>"}`,
		},
		{"enabled", shop(func(t *token.Token) { t.Disabled = true }), shop(asItIs), audit.Enabled, `{"disabled":true}`, ""},
		{
			"another secret that looks the same", shop(asItIs),
			shop(func(t *token.Token) { t.Secrets[0].SHA256 = token.DigestOf("secret two") }), audit.Rotated,
			`{"secrets":[{"hint":"a1B2","created_at":"2026-11-01T00:00:00Z"}]}`,
			`{"secrets":[{"hint":"a1B2","created_at":"2026-11-01T00:00:00Z"}]}`,
		},
		{
			"a secret's end", shop(asItIs), shop(func(t *token.Token) { t.Secrets[0].ExpiresAt = date(9) }), audit.Changed,
			`{"secrets":[{"hint":"a1B2","created_at":"2026-11-01T00:00:00Z"}]}`,
			`{"secrets":[{"hint":"a1B2","created_at":"2026-11-01T00:00:00Z","expires_at":"2026-11-09T00:00:00Z"}]}`,
		},
		{
			"too long to keep", shop(asItIs),
			shop(func(t *token.Token) { t.AllowedOrigins = []string{strings.Repeat("x", 8<<10)} }), audit.Changed,
			"", `{"allowed_origins":"(8196 bytes)"}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, ok := audit.OfToken(tt.was, tt.is)
			require.True(t, ok)
			assert.Equal(t, tt.action, e.Action)
			assert.Equal(t, []any{audit.KindToken, "shop", "acme"}, []any{e.Kind, e.Record, e.Organization})
			for want, fields := range map[*string]audit.Fields{&tt.before: e.Before, &tt.after: e.After} {
				text := ""
				if len(fields) > 0 {
					text = marshal(t, fields)
				}
				assert.Equal(t, *want, text)
			}
			audittest.AssertTellsNo(t, "secret one", marshal(t, e))
			audittest.AssertTellsNo(t, "secret two", marshal(t, e))
		})
	}
	_, ok := audit.OfToken(shop(asItIs), shop(asItIs))
	assert.False(t, ok)
	_, ok = audit.OfToken(nil, nil)
	assert.False(t, ok)
}

// A secret in clear, as it may stand in a file for a demo, is not told either.
func TestPlainSecret(t *testing.T) {
	const secret = "secret-in-clear-of-a-demo"
	e, ok := audit.OfToken(nil, shop(func(t *token.Token) { t.Secret = secret }))
	require.True(t, ok)
	audittest.AssertTellsNo(t, secret, marshal(t, e))
	assert.NotContains(t, marshal(t, e), `"secret"`)
}

func TestOfOrganization(t *testing.T) {
	acme := &token.Organization{ID: "acme", Name: "Acme"}
	members := &token.Organization{ID: "acme", Name: "Acme", Members: []token.Member{{User: "jo", Role: token.RoleOwner}}}
	e, ok := audit.OfOrganization(acme, members)
	require.True(t, ok)
	assert.JSONEq(t, `{"at":"0001-01-01T00:00:00Z","action":"changed","kind":"organization","record":"acme",`+
		`"organization":"acme","after":{"members":[{"user":"jo","role":"owner"}]}}`, marshal(t, e))
	e, _ = audit.OfOrganization(nil, acme)
	assert.Equal(t, audit.Created, e.Action)
	e, _ = audit.OfOrganization(acme, nil)
	assert.Equal(t, audit.Deleted, e.Action)
	e, ok = audit.OfOrganization(nil, &token.Organization{ID: "bare"})
	assert.True(t, ok)
	assert.Equal(t, audit.Created, e.Action)
}

// A moved token is a matter of both.
func TestOrganizations(t *testing.T) {
	moved, _ := audit.OfToken(shop(asItIs), shop(func(t *token.Token) { t.Organization = "bell" }))
	assert.Equal(t, []string{"bell", "acme"}, moved.Organizations())
	deleted, _ := audit.OfToken(shop(asItIs), nil)
	assert.Equal(t, []string{"acme"}, deleted.Organizations())
	assert.Empty(t, (&audit.Entry{Kind: audit.KindRegistry}).Organizations())
}

func TestYAML(t *testing.T) {
	e, _ := audit.OfToken(nil, shop(func(t *token.Token) {
		t.Name, t.Memo, t.AllowedOrigins = "1.0", "a: \"b\"\n", []string{"null"}
	}))
	e.ID, e.At = audit.ID{Millis: 1, Number: 2}, date(1)
	text, err := yaml.Marshal(e)
	require.NoError(t, err)
	assert.Equal(t, `id: 1-2
at: 2026-11-01T00:00:00Z
action: created
kind: token
record: shop
organization: acme
after:
    allowed_origins:
        - "null"
    kind: web
    memo: |
        a: "b"
    name: "1.0"
    organization: acme
    secrets:
        - hint: a1B2
          created_at: "2026-11-01T00:00:00Z"
    spans_per_minute: 6000
`, string(text))
}

func marshal(t *testing.T, value any) string {
	t.Helper()
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	require.NoError(t, encoder.Encode(value))
	return strings.TrimSpace(b.String())
}
