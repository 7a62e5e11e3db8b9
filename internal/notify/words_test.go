// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// The words as people get them are in testdata, to be read: GOLDEN=write writes them.
func TestWords(t *testing.T) {
	at := time.Date(2026, 11, 26, 1, 4, 24, 0, time.UTC)
	later := at.Add(10 * 24 * time.Hour)
	acme := Subject{ID: "acme", Name: "Acme Inc."}
	shop, unnamed := Subject{ID: "shop-web", Name: "Production shop"}, Subject{ID: "t-abcdefghij"}
	with := func(s Subject, edit func(*Subject)) Subject { edit(&s); return s }
	many := make([]Subject, maxListed+3)
	for i := range many {
		many[i] = Subject{ID: fmt.Sprintf("t-%02d", i)}
	}
	for name, e := range map[string]Event{
		"deleted":      {Kind: Deleted, By: "cli:jo", From: "build-7", Tokens: []Subject{shop}},
		"deleted-many": {Kind: Deleted, By: "jo@example.com", From: "192.0.2.1", Tokens: many},
		"deleted-mass": {Kind: Deleted, By: "file", More: 4321},
		"rotated": {Kind: Rotated, By: "jo", Tokens: []Subject{
			with(shop, func(s *Subject) { s.ExpiresAt = later }), unnamed,
		}},
		"expiring-token": {Kind: Expiring, Tokens: []Subject{with(shop, func(s *Subject) { s.ExpiresAt = later })}},
		"expiring-secret": {Kind: Expiring, Tokens: []Subject{
			with(shop, func(s *Subject) { s.ExpiresAt, s.LastSecret = later, true }),
		}},
		"expiring": {Kind: Expiring, Tokens: []Subject{
			with(shop, func(s *Subject) { s.ExpiresAt = later }),
			with(unnamed, func(s *Subject) { s.ExpiresAt, s.LastSecret = later, true }),
		}},
		"limit-reached": {Kind: LimitReached, Tokens: []Subject{
			with(shop, func(s *Subject) { s.SpansPerMinute, s.Offered, s.Refused = 6000, 123456, 789 }),
		}},
		"limit-reached-organization": {
			Kind: LimitReached, Organization: with(acme, func(s *Subject) {
				s.SpansPerMinute, s.Offered, s.Refused = 60000, 123456, 789
			}),
		},
		"heavily-refused": {Kind: HeavilyRefused, Tokens: []Subject{
			with(shop, func(s *Subject) { s.SpansPerMinute, s.Offered, s.Refused = 6000, 120000, 60000 }),
		}},
	} {
		t.Run(name, func(t *testing.T) {
			e.At = at
			if e.Organization.ID == "" {
				e.Organization = acme
			}
			assertGolden(t, name, "Subject: "+e.Headline()+"\n\n"+e.Text("https://console.example.com/"))
		})
	}
}

func assertGolden(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join("testdata", name+".txt")
	if os.Getenv("GOLDEN") == "write" {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	golden, err := os.ReadFile(path)
	require.NoError(t, err, "write it with GOLDEN=write go test ./internal/notify")
	assert.Equal(t, string(golden), text)
}

func TestOneLineStaysOne(t *testing.T) {
	nasty := "a\r\nb\u2028c\u202ed\x00"
	e := Event{
		Kind: Deleted, By: nasty, From: nasty, Organization: Subject{ID: "acme", Name: nasty},
		Tokens: []Subject{{ID: "shop-web", Name: nasty}},
	}
	plain := Event{
		Kind: Deleted, By: "x", From: "x", Organization: Subject{ID: "acme", Name: "x"},
		Tokens: []Subject{{ID: "shop-web", Name: "x"}},
	}
	assert.False(t, strings.ContainsFunc(e.Headline(), token.Disturbs), e.Headline())
	assert.Equal(t, strings.Count(plain.Text(""), "\n"), strings.Count(e.Text(""), "\n"))
}

func TestRecipients(t *testing.T) {
	o := &token.Organization{Members: []token.Member{
		{User: "ann", Role: token.RoleOwner, Email: "Ann@example.com"},
		{User: "ben", Role: token.RoleManager, Email: "ben@example.com"},
		{User: "vic", Role: token.RoleViewer, Email: "vic@example.com"},
		{User: "bea", Role: token.RoleManager, Email: "ann@EXAMPLE.com"},
		{User: "bob", Role: token.RoleManager},
		{User: "oda", Role: token.RoleOwner, Email: "oda@example.com"},
		{User: "eve", Role: "", Email: "eve@example.com"},
	}}
	assert.Equal(t, []string{"Ann@example.com", "ben@example.com", "oda@example.com"}, Recipients(o))
	assert.Empty(t, Recipients(&token.Organization{}))
}
