// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/origin"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// Grant is what one secret stands for. Grants are shared between requests: don't change one.
type Grant struct {
	*entry
	secret *token.Secret
}

// entry is a token made ready for requests. The secrets of a rotation share it.
type entry struct {
	Token    *token.Token
	Holder   *identity.Holder
	origins  origin.Set
	revision Revision
	grants   []Grant // of its secrets, in their order
}

func newEntry(t Token, owner *identity.Owner) *entry {
	e := &entry{
		Token: t.Token, Holder: identity.NewHolder(t.Token, owner), origins: t.origins, revision: t.Revision,
	}
	e.grants = make([]Grant, len(t.Secrets))
	for i := range t.Secrets {
		e.grants[i] = Grant{entry: e, secret: &t.Secrets[i]}
	}
	return e
}

// Expired tells whether the token or this secret of it has ended.
func (g *Grant) Expired(now time.Time) bool {
	return g.Token.Expired(now) || g.secret.Expired(now)
}

// Secret returns the record of the secret.
func (g *Grant) Secret() token.Secret {
	return *g.secret
}

// Generation returns which of the token's secrets it is: its index.
func (g *Grant) Generation() int {
	for i := range g.Token.Secrets {
		if &g.Token.Secrets[i] == g.secret {
			return i
		}
	}
	return 0 // a grant's secret is one of its token's
}

// NeedsOrigin tells whether a request must declare an origin: from a browser, as soon as the token is bound to some.
func (g *Grant) NeedsOrigin() bool {
	return g.Token.Kind == token.KindWeb && g.bound()
}

// Allows tells whether a request may come from the origin. A remote_write token is no browser's: it allows none.
func (g *Grant) Allows(o origin.Origin) bool {
	if g.Token.Kind == token.KindRemoteWrite {
		return false
	}
	return !g.bound() || g.origins.Match(o)
}

// AllowedBy returns the entry of allowed_origins that admits an origin, and whether there is one.
func (g *Grant) AllowedBy(o origin.Origin) (origin.Pattern, bool) {
	return g.origins.MatchPattern(o)
}

func (g *Grant) bound() bool {
	return g.Token.AllowedOrigins != nil
}
