// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

func setToken(t token.Token) Change { return Change{Token: &t, Revision: 1} }

func setOrganization(o token.Organization) Change { return Change{Organization: &o, Revision: 1} }

// meaning lists which of the secrets 0 to 9 stand for which token.
func meaning(r *Registry) string {
	var text string
	for i := range 10 {
		if g, ok := r.Lookup(digestOf(i)); ok {
			text += fmt.Sprintf("%d:%s ", i, g.Token.ID)
		}
	}
	return text
}

// Before each change there are the tokens a, with the secrets 1 and 2, and b, with 3.
func TestChanges(t *testing.T) {
	stranger := webToken("b", 3)
	stranger.Organization = "nobody"
	tests := []struct {
		name    string
		changes []Change
		want    string
		tokens  int
	}{
		{"nothing", nil, "1:a 2:a 3:b ", 2},
		{"added", []Change{setToken(webToken("c", 4, 5))}, "1:a 2:a 3:b 4:c 5:c ", 3},
		{"a secret replaced, another stays", []Change{setToken(webToken("a", 2, 4))}, "2:a 3:b 4:a ", 2},
		{"deleted", []Change{DeleteToken("a", 1)}, "3:b ", 1},
		{"deleted twice", []Change{DeleteToken("a", 1), DeleteToken("a", 1)}, "3:b ", 1},
		{"deleted, never there", []Change{DeleteToken("c", 1)}, "1:a 2:a 3:b ", 2},
		{"deleted, its secret used again", []Change{DeleteToken("a", 1), setToken(webToken("c", 1))}, "1:c 3:b ", 2},
		{"a secret goes to another", []Change{setToken(webToken("a", 1)), setToken(webToken("b", 2, 3))}, "1:a 2:b 3:b ", 2},
		{"it is there first", []Change{setToken(webToken("b", 2, 3)), setToken(webToken("a", 1))}, "1:a 2:b 3:b ", 2},
		{"used again before it is deleted", []Change{setToken(webToken("c", 1)), DeleteToken("a", 1)}, "1:c 3:b ", 2},
		{"organization unknown, new token", []Change{setToken(token.Token{ID: "c", Organization: "nobody"})}, "1:a 2:a 3:b ", 2},
		{"organization unknown, known token", []Change{setToken(stranger)}, "1:a 2:a ", 1},
		{
			"organization added",
			[]Change{setOrganization(token.Organization{ID: "nobody"}), setToken(stranger)},
			"1:a 2:a 3:b ", 2,
		},
		{
			"organization deleted",
			[]Change{DeleteToken("a", 1), DeleteToken("b", 1), DeleteOrganization("acme", 1)},
			"", 0,
		},
		{
			"organization deleted, then a token of it",
			[]Change{DeleteToken("a", 1), DeleteOrganization("acme", 1), setToken(webToken("a", 1))},
			"3:b ", 1,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := serving(t, webToken("a", 1, 2), webToken("b", 3))
			r.Changed(tt.changes)
			assert.Equal(t, tt.want, meaning(r))
			assert.Equal(t, tt.tokens, r.Len())
			ids := map[string]bool{}
			r.Each(func(record *token.Token, _ *token.Organization) { ids[record.ID] = true })
			assert.Len(t, ids, tt.tokens)
		})
	}
}

// What is loaded takes the place of everything, whatever was changed before.
func TestLoadedAfterChanges(t *testing.T) {
	r := serving(t, webToken("a", 1, 2), webToken("b", 3))
	r.Changed([]Change{setToken(webToken("c", 4)), DeleteToken("b", 1)})
	r.Loaded(contentsOf(t, webToken("b", 1), webToken("d", 5)))
	assert.Equal(t, "1:b 5:d ", meaning(r))
	assert.Equal(t, 2, r.Len())
}

// A changed token is another one to requests that come from now on: what it allows follows.
func TestChangedRecord(t *testing.T) {
	r := serving(t, webToken("a", 1))
	before := lookup(t, r, 1)
	changed := webToken("a", 1)
	changed.AllowedOrigins, changed.SpansPerMinute = []string{"https://example.com"}, new(int64(0))
	r.Changed([]Change{setToken(changed)})
	g := lookup(t, r, 1)
	assert.True(t, g.NeedsOrigin())
	assert.True(t, g.Allows(parsed(t, "https://example.com")))
	assert.False(t, g.Allows(parsed(t, "https://example.org")))
	assert.Equal(t, int64(0), identity.New(nil, g.Holder, "").GetAttribute(identity.TokenSpansPerMinute))
	assert.False(t, before.NeedsOrigin(), "requests under way go on with what they have found")
}

// The limit of an organization changes at once for all its tokens, and for requests that are under way.
func TestOrganizationLimit(t *testing.T) {
	r := serving(t, webToken("a", 1), webToken("b", 2))
	identities := []*identity.Identity{
		identity.New(nil, lookup(t, r, 1).Holder, ""), identity.New(nil, lookup(t, r, 2).Holder, ""),
	}
	for _, limit := range []*int64{new(int64(60_000)), new(int64(5)), nil, new(int64(0))} {
		r.Changed([]Change{setOrganization(token.Organization{ID: "acme", SpansPerMinute: limit})})
		for _, i := range identities {
			got := i.GetAttribute(identity.OrganizationSpansPerMinute)
			if limit == nil {
				assert.Nil(t, got)
			} else {
				assert.Equal(t, *limit, got)
			}
			assert.Equal(t, "acme", i.GetAttribute(identity.OrganizationID))
		}
	}
}

// While a token changes, the secret that it keeps is known at every moment, and one that it never had is not.
func TestLookupsWhileChanging(t *testing.T) {
	r := serving(t, webToken("a", 0, 1), webToken("b", 2))
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					assert.True(t, consistent(r))
				}
			}
		})
	}
	for i := range 2_000 {
		r.Changed([]Change{setToken(webToken("a", 0, 3+i%2))})
		r.Changed([]Change{setToken(webToken(fmt.Sprint("c-", i), 100+i)), DeleteToken(fmt.Sprint("c-", i-1), 1)})
	}
	close(done)
	readers.Wait()
	assert.Equal(t, "0:a 2:b 4:a ", meaning(r))
	assert.Equal(t, 3, r.Len())
}

func consistent(r *Registry) bool {
	a, known := r.Lookup(digestOf(0))
	b, too := r.Lookup(digestOf(2))
	_, stranger := r.Lookup(digestOf(9))
	organization := identity.New(nil, a.Holder, "").GetAttribute(identity.OrganizationID)
	return known && too && !stranger && a.Token.ID == "a" && b.Token.ID == "b" && organization == "acme"
}

// A source that hasn't told anything yet knows no token, whoever asks.
func TestNothingLoaded(t *testing.T) {
	r := New(nil)
	assert.Empty(t, meaning(r))
	assert.Zero(t, r.Len())
	r.Each(func(*token.Token, *token.Organization) { require.Fail(t, "there is none") })
}

// A secret that moves from one token to another in one write is known at every moment.
func TestMovedSecretStaysKnown(t *testing.T) {
	r := serving(t, webToken("a", 1, 0), webToken("b", 2))
	done := make(chan struct{})
	var reader sync.WaitGroup
	reader.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				_, ok := r.Lookup(digestOf(0))
				assert.True(t, ok)
			}
		}
	})
	for range 2_000 {
		r.Changed([]Change{setToken(webToken("a", 1)), setToken(webToken("b", 2, 0))})
		r.Changed([]Change{setToken(webToken("b", 2)), setToken(webToken("a", 1, 0))})
	}
	close(done)
	reader.Wait()
}

// A source should load first; whoever doesn't breaks nothing.
func TestChangedBeforeLoaded(t *testing.T) {
	r := New(nil)
	r.Changed([]Change{setToken(webToken("a", 1)), DeleteToken("x", 1)})
	assert.Zero(t, r.Len())
	r.Changed([]Change{setOrganization(token.Organization{ID: "acme"}), setToken(webToken("a", 1))})
	assert.Equal(t, 1, r.Len())
}
