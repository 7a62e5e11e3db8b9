// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/origin"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

func TestRotation(t *testing.T) {
	a := webToken("a", 1, 2, 3)
	a.ExpiresAt = time.Date(2027, 6, 30, 0, 0, 0, 0, time.UTC)
	a.Secrets[0].ExpiresAt = date(2027)
	a.Secrets[2].ExpiresAt = date(2028)
	b := webToken("b")
	b.Secret = token.Plaintext(secretOf(4))
	r := serving(t, a, b)
	var of [5]*Grant
	for i := 1; i < len(of); i++ {
		of[i] = lookup(t, r, i)
	}
	assert.Same(t, of[1].Token, of[2].Token)
	assert.Same(t, of[1].Holder, of[3].Holder, "rotating a secret keeps the window")
	assert.Equal(t, "b", of[4].Token.ID)
	assertExpiry(t, of[1], date(2027))
	assertExpiry(t, of[2], a.ExpiresAt)
	assertExpiry(t, of[3], a.ExpiresAt)
	assert.False(t, of[4].Expired(date(9999)))
	for i := 1; i < len(of); i++ {
		assert.Equal(t, digestOf(i), of[i].Secret().SHA256)
	}
}

func assertExpiry(t *testing.T, g *Grant, at time.Time) {
	t.Helper()
	assert.False(t, g.Expired(at.Add(-1)))
	assert.True(t, g.Expired(at))
}

func lookup(t *testing.T, r *Registry, secret int) *Grant {
	t.Helper()
	g, ok := r.Lookup(digestOf(secret))
	require.True(t, ok)
	return g
}

func TestUnknownSecrets(t *testing.T) {
	r := serving(t, webToken("a", 0))
	for _, d := range []token.Digest{{}, digestOf(1), token.DigestOf("")} {
		g, ok := r.Lookup(d)
		assert.False(t, ok)
		assert.Nil(t, g)
	}
}

func TestOrigins(t *testing.T) {
	bound := []string{"https://example.com", "https://*.example.com"}
	tests := []struct {
		name                     string
		kind                     token.Kind
		bound                    []string
		needs, ours, theirs, not bool
	}{
		{name: "bound", kind: token.KindWeb, bound: bound, needs: true, ours: true},
		{name: "unbound", kind: token.KindWeb, ours: true, theirs: true, not: true},
		{name: "any", kind: token.KindWeb, bound: []string{"*"}, needs: true, ours: true, theirs: true, not: true},
		{name: "bound app", kind: token.KindMobile, bound: bound, ours: true},
		{name: "unbound app", kind: token.KindMobile, ours: true, theirs: true, not: true},
		{name: "server", kind: token.KindRemoteWrite},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			record := webToken("a", 1)
			record.Kind, record.AllowedOrigins = tt.kind, tt.bound
			g := lookup(t, serving(t, record), 1)
			assert.Equal(t, tt.needs, g.NeedsOrigin())
			assert.Equal(t, tt.ours, g.Allows(parsed(t, "https://example.com")))
			assert.Equal(t, tt.ours, g.Allows(parsed(t, "https://shop.example.com")))
			assert.Equal(t, tt.theirs, g.Allows(parsed(t, "https://example.com.evil.example")))
			assert.Equal(t, tt.not, g.Allows(parsed(t, "null")))
		})
	}
}

func TestAllowedBy(t *testing.T) {
	record := webToken("a", 1)
	record.AllowedOrigins = []string{"https://example.com", "https://*.example.com"}
	g := lookup(t, serving(t, record), 1)
	for value, want := range map[string]string{
		"https://example.com": "https://example.com", "https://shop.example.com": "https://*.example.com", "null": "",
	} {
		pattern, ok := g.AllowedBy(parsed(t, value))
		assert.Equal(t, want != "", ok)
		assert.Equal(t, want, pattern.String())
	}
}

func parsed(t *testing.T, value string) origin.Origin {
	t.Helper()
	o, err := origin.Parse([]string{value})
	require.NoError(t, err)
	return o
}

func TestLookupDoesNotAllocate(t *testing.T) {
	r, known, unknown := serving(t, world(100)...), digestOf(5), digestOf(500)
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		_, _ = r.Lookup(known)
		_, _ = r.Lookup(unknown)
	}))
}
