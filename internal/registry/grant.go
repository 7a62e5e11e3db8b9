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
	Token   *token.Token
	Holder  *identity.Holder
	origins origin.Set
}

// Expired tells whether the token or this secret of it has ended.
func (g *Grant) Expired(now time.Time) bool {
	return g.Token.Expired(now) || g.secret.Expired(now)
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

func (g *Grant) bound() bool {
	return g.Token.AllowedOrigins != nil
}
