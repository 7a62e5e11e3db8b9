// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package identity is what the authenticator tells the rest of the pipeline: the client.AuthData of a request that
// carried a client token. It is the only thing the extension and the processor share.
package identity

import (
	"net/netip"

	"go.opentelemetry.io/collector/client"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// Names of the published attributes. They are public API: other processors read them as auth.<name>.
const (
	TokenID                    = "token_id"
	TokenName                  = "token_name"
	TokenKind                  = "token_kind"
	TokenSpansPerMinute        = "token_spans_per_minute"
	OrganizationID             = "organization_id"
	OrganizationSpansPerMinute = "organization_spans_per_minute"
	Environment                = "environment"
	Origin                     = "origin"
)

var attributes = [...]string{
	TokenID, TokenName, TokenKind, TokenSpansPerMinute, OrganizationID, OrganizationSpansPerMinute, Environment, Origin,
}

var _ client.AuthData = (*Identity)(nil)

// Identity says which token a request carried and from which origin it came.
type Identity struct {
	issuer any
	holder *Holder
	origin string
	client netip.Addr
}

// New returns the identity of one request. The issuer is whoever vouches for it (compared by ==, see IssuedBy); the
// origin is empty where the request named none.
func New(issuer any, holder *Holder, origin string) *Identity {
	return &Identity{issuer: issuer, holder: holder, origin: origin}
}

// IssuedBy tells whether this very issuer vouched for the identity. An identity of another instance says nothing:
// it was checked against other tokens.
func (i *Identity) IssuedBy(issuer any) bool {
	return i != nil && i.issuer == issuer
}

// Token returns the record of the token that the request carried. It is shared: don't change it.
func (i *Identity) Token() *token.Token {
	return i.holder.token
}

// Holder returns what all requests with the token have in common.
func (i *Identity) Holder() *Holder {
	return i.holder
}

// From says which client the request comes from. It is looked for only where the token has a limit for each, and said
// before anybody is told of the identity.
func (i *Identity) From(client netip.Addr) {
	i.client = client
}

// Client returns the address of the client, of IPv6 the first of a /64; the zero value if it isn't known.
func (i *Identity) Client() netip.Addr {
	return i.client
}

// GetAttribute returns the value published under a name: a string, or an int64 for the limits. It is nil where the
// token's record has no value.
func (i *Identity) GetAttribute(name string) any {
	if name == Origin && i.origin != "" {
		return i.origin
	}
	return i.holder.value(name)
}

// GetAttributeNames lists the names for which GetAttribute has a value.
func (i *Identity) GetAttributeNames() []string {
	names := make([]string, 0, len(attributes))
	for _, name := range attributes {
		if i.GetAttribute(name) != nil {
			names = append(names, name)
		}
	}
	return names
}
