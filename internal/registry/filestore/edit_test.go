// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// Whatever changes in a file that people have written, the records that don't change stay as they are, to the byte, and
// what is changed reads as it was meant.
func TestOthersStay(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		g := newGenerator(rt)
		h := &handwriting{generator: g}
		before := h.write(g.records())
		contents := mustParse(rt, []byte(before))
		c := &changes{Contents: contents}
		g.change(c)
		d := newDraft(contents)
		require.NoError(rt, d.apply(c.list))
		rewritten, err := d.rewrite([]byte(before))
		require.NoError(rt, err, before)
		after := string(rewritten)
		require.Equal(rt, wanted(d), meanings(mustParse(rt, rewritten)))
		require.True(rt, strings.HasPrefix(after, heading) && strings.HasSuffix(after, ending), "%s\n%s", before, after)
		for name, text := range h.records {
			if !slices.ContainsFunc(c.list, func(c registry.Change) bool { return c.String() == name }) {
				require.Contains(rt, after, text, before)
			}
		}
	})
}

func wanted(d *draft) []string {
	var all []string
	for _, e := range slices.Concat(remaining(d.organizations), remaining(d.tokens)) {
		all = append(all, meaning(e.is))
	}
	return all
}

// change draws changes of some records, and a new one.
func (g *generator) change(c *changes) {
	r := &registry.Records{Organizations: []token.Organization{*c.Organizations[0].Organization}}
	for _, o := range c.Organizations {
		if g.n(3) == 0 {
			c.organization(o.ID, g.changeOrganization)
		}
	}
	for _, t := range c.Tokens {
		switch g.n(4) {
		case 0:
			c.deleteToken(t.ID)
		case 1:
			c.token(t.ID, func(t *token.Token) { g.changeToken(t, g.token(r)) })
		}
	}
	if g.n(1) == 0 {
		c.createToken(g.token(r))
	}
	if g.n(2) == 0 {
		c.createOrganization(g.organization())
	}
}

func (g *generator) changeOrganization(o *token.Organization) {
	other := g.organization()
	for _, change := range g.few(
		func() { o.Name = other.Name }, func() { o.SpansPerMinute = other.SpansPerMinute },
		func() { o.Members = other.Members }, func() { o.Members = o.Members[:len(o.Members)/2] },
	) {
		change()
	}
}

// changeToken changes a few fields to those of another token.
func (g *generator) changeToken(t *token.Token, other token.Token) {
	for _, change := range g.few(
		func() { t.Name = other.Name }, func() { t.Memo = other.Memo }, func() { t.Environment = other.Environment },
		func() { t.Kind, t.AllowedOrigins, t.Signals = other.Kind, other.AllowedOrigins, other.Signals },
		func() { t.OriginMode = other.OriginMode }, func() { t.SpansPerMinute = other.SpansPerMinute },
		func() { t.ClientSpansPerMinute = other.ClientSpansPerMinute }, func() { t.Disabled = other.Disabled },
		func() { t.CreatedAt, t.ExpiresAt = other.CreatedAt, other.ExpiresAt }, func() { t.CreatedBy = other.CreatedBy },
		func() { t.Secrets = other.Secrets }, func() { t.Secrets = append(t.Secrets, other.Secrets...) },
		func() { t.Secrets = append(other.Secrets, t.Secrets...) }, func() { t.Secrets = t.Secrets[len(t.Secrets)-1:] },
		func() { t.Secrets[0].ExpiresAt = t.Secrets[0].CreatedAt }, func() { slices.Reverse(t.Secrets) },
	) {
		change()
	}
	known := map[token.Digest]token.Secret{}
	for _, s := range t.Secrets {
		known[s.SHA256] = s
	}
	if len(known) < len(t.Secrets) { // two changes have added the same ones
		t.Secrets = slices.SortedFunc(maps.Values(known), func(a, b token.Secret) int {
			return strings.Compare(a.SHA256.String(), b.SHA256.String())
		})
	}
}

func (g *generator) few(all ...func()) []func() {
	return rapid.Permutation(all).Draw(g.T, "few")[:1+g.n(2)]
}
