// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

func TestSort(t *testing.T) {
	contents, _ := CheckAll(&Records{
		Organizations: []token.Organization{{ID: "bell"}, {ID: "acme"}},
		Tokens:        []token.Token{webToken("b", 1), webToken("c", 2), webToken("a", 3)},
	})
	contents.Sort()
	assert.Equal(t, []string{"acme", "bell"}, []string{contents.Organizations[0].ID, contents.Organizations[1].ID})
	assert.Equal(t, []string{"a", "b", "c"}, []string{contents.Tokens[0].ID, contents.Tokens[1].ID, contents.Tokens[2].ID})
}

func TestRecordsByID(t *testing.T) {
	contents := contentsOf(t, webToken("a", 1), webToken("b", 2))
	record, ok := contents.Token("b")
	assert.True(t, ok)
	assert.Equal(t, "b", record.ID)
	owner, ok := contents.Organization("acme")
	assert.True(t, ok)
	assert.Equal(t, "acme", owner.ID)
	_, ok = contents.Token("acme")
	assert.False(t, ok)
	_, ok = contents.Organization("a")
	assert.False(t, ok)
}

// The same record has the same revision, wherever it comes from; another one has another.
func TestRevisions(t *testing.T) {
	revisionIn := func(i int, tokens ...token.Token) Revision {
		contents := contentsOf(t, tokens...)
		contents.DrawRevisions()
		assert.Equal(t, revisionOf(contents.Organizations[0].Organization), contents.Organizations[0].Revision)
		return contents.Tokens[i].Revision
	}
	seen := map[Revision]string{revisionIn(0, webToken("a", 1)): "as it is"}
	assert.Contains(t, seen, revisionIn(1, webToken("b", 2), webToken("a", 1)))
	assert.NotContains(t, seen, Revision(0))
	for name, change := range map[string]func(*token.Token){
		"id":       func(t *token.Token) { t.ID = "b" },
		"limit":    func(t *token.Token) { t.SpansPerMinute = new(int64(0)) },
		"secret":   func(t *token.Token) { t.Secrets = webToken("a", 2).Secrets },
		"disabled": func(t *token.Token) { t.Disabled = true },
		"expiry":   func(t *token.Token) { t.ExpiresAt = date(2030) },
	} {
		changed := webToken("a", 1)
		change(&changed)
		revision := revisionIn(0, changed)
		assert.NotContains(t, seen, revision, name)
		seen[revision] = name
	}
}

func TestChangesNameTheirRecord(t *testing.T) {
	for text, c := range map[string]Change{
		"token a": setToken(webToken("a", 1)), "organization acme": setOrganization(acme()),
		"token b": DeleteToken("b", 1), "organization bell": DeleteOrganization("bell", 1),
	} {
		assert.Equal(t, text, c.String())
	}
}
