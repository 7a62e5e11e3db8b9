// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/origin"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// serving returns a registry of a content, without a file.
func serving(tb testing.TB, content []byte) *File {
	tb.Helper()
	file := NewFile("")
	file.current.Store(mustBuild(tb, content))
	return file
}

func TestRotation(t *testing.T) {
	file := serving(t, fmt.Appendf(nil, `%stokens:
  - id: a
    organization: acme
    kind: web
    expires_at: 2027-06-30T00:00:00Z
    secrets:
      - {sha256: %s, expires_at: 2027-01-31T00:00:00Z}
      - {sha256: %s}
      - {sha256: %s, expires_at: 2028-01-31T00:00:00Z}
  - {id: b, organization: acme, kind: web, secret: %s}
`, acme, digestOf(1), digestOf(2), digestOf(3), secretOf(4)))
	var of [5]*Grant
	for i := 1; i < len(of); i++ {
		of[i] = lookup(t, file, i)
	}
	assert.Same(t, of[1].Token, of[2].Token)
	assert.Same(t, of[1].Holder, of[3].Holder, "rotating a secret keeps the window")
	assert.Equal(t, "b", of[4].Token.ID)
	assertExpiry(t, of[1], date(2027, 0))
	assertExpiry(t, of[2], time.Date(2027, 6, 30, 0, 0, 0, 0, time.UTC))
	assertExpiry(t, of[3], time.Date(2027, 6, 30, 0, 0, 0, 0, time.UTC))
	assert.False(t, of[4].Expired(date(9999, 0)))
}

func assertExpiry(t *testing.T, g *Grant, at time.Time) {
	t.Helper()
	assert.False(t, g.Expired(at.Add(-1)))
	assert.True(t, g.Expired(at))
}

func lookup(t *testing.T, file *File, secret int) *Grant {
	t.Helper()
	g, ok := file.Lookup(digestOf(secret))
	require.True(t, ok)
	return g
}

func TestUnknownSecrets(t *testing.T) {
	file := serving(t, []byte(tokenWith("name: a")))
	for _, d := range []token.Digest{{}, digestOf(1), token.DigestOf("")} {
		g, ok := file.Lookup(d)
		assert.False(t, ok)
		assert.Nil(t, g)
	}
}

func TestOrigins(t *testing.T) {
	const bound = ", allowed_origins: [https://example.com, \"https://*.example.com\"]"
	tests := []struct {
		kind, bound              string
		needs, ours, theirs, not bool
	}{
		{kind: "web", bound: bound, needs: true, ours: true},
		{kind: "web", ours: true, theirs: true, not: true},
		{kind: "web", bound: `, allowed_origins: ["*"]`, needs: true, ours: true, theirs: true, not: true},
		{kind: "mobile", bound: bound, ours: true},
		{kind: "mobile", ours: true, theirs: true, not: true},
		{kind: "remote_write"},
	}
	for _, tt := range tests {
		t.Run(tt.kind+tt.bound, func(t *testing.T) {
			line := "  - {organization: acme, kind: " + tt.kind + ", secret: " + secretOf(1) + tt.bound + "}\n"
			g := lookup(t, serving(t, []byte(acme+"tokens:\n"+line)), 1)
			assert.Equal(t, tt.needs, g.NeedsOrigin())
			assert.Equal(t, tt.ours, g.Allows(parsed(t, "https://example.com")))
			assert.Equal(t, tt.ours, g.Allows(parsed(t, "https://shop.example.com")))
			assert.Equal(t, tt.theirs, g.Allows(parsed(t, "https://example.com.evil.example")))
			assert.Equal(t, tt.not, g.Allows(parsed(t, "null")))
		})
	}
}

func parsed(t *testing.T, value string) origin.Origin {
	t.Helper()
	o, err := origin.Parse([]string{value})
	require.NoError(t, err)
	return o
}

func TestLookupDoesNotAllocate(t *testing.T) {
	file, known, unknown := serving(t, world(100)), digestOf(5), digestOf(500)
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		_, _ = file.Lookup(known)
		_, _ = file.Lookup(unknown)
	}))
}
