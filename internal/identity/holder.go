// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"sync/atomic"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// Owner is the part of an identity that all tokens of an organization have in common.
type Owner struct {
	id      any
	current atomic.Pointer[owned]
}

// owned is what can change of an organization.
type owned struct {
	organization *token.Organization
	limit        any // nil: none
	reports      reports
}

// NewOwner prepares the attributes of an organization.
func NewOwner(o *token.Organization) *Owner {
	owner := &Owner{id: o.ID}
	owner.Change(o)
	return owner
}

// Change takes over a new version of the organization, for all its tokens at once. What limiters reported ends with the
// old one.
func (o *Owner) Change(to *token.Organization) {
	next := &owned{organization: to}
	if to.SpansPerMinute != nil {
		next.limit = *to.SpansPerMinute
	}
	o.current.Store(next)
}

// Organization returns the record. It is shared: don't change it.
func (o *Owner) Organization() *token.Organization {
	return o.current.Load().organization
}

// Holder is the part of an identity that all requests with one token have in common. It is made once, when the
// token is loaded, so that a request costs no conversions, and made anew when its record changes. Secrets of a rotation
// share it.
type Holder struct {
	token                        *token.Token
	owner                        *Owner
	id, name, environment, limit any // nil where the record has no value

	reports reports
	usual   usual
	meter   atomic.Pointer[usage.Meter]
}

// Organization returns the record of the token's organization. It is shared: don't change it.
func (h *Holder) Organization() *token.Organization {
	return h.owner.Organization()
}

// NewHolder prepares the attributes of a token, which may not be changed afterwards.
func NewHolder(t *token.Token, o *Owner) *Holder {
	h := &Holder{token: t, owner: o, id: text(t.ID), name: text(t.Name), environment: text(t.Environment)}
	if t.SpansPerMinute != nil {
		h.limit = *t.SpansPerMinute
	}
	return h
}

func text(value string) any {
	if value == "" {
		return nil
	}
	return value
}

// value leaves a limit out where there is none: absent means unlimited, 0 means nothing.
func (h *Holder) value(name string) any {
	switch name {
	case TokenID:
		return h.id
	case TokenName:
		return h.name
	case TokenKind:
		return kind(h.token.Kind)
	case Environment:
		return h.environment
	case TokenSpansPerMinute:
		return h.limit
	case OrganizationID:
		return h.owner.id
	case OrganizationSpansPerMinute:
		return h.owner.current.Load().limit
	default:
		return nil
	}
}

// kind makes no new value of each: constants cost nothing.
func kind(k token.Kind) any {
	switch k {
	case token.KindWeb:
		return string(token.KindWeb)
	case token.KindMobile:
		return string(token.KindMobile)
	case token.KindRemoteWrite:
		return string(token.KindRemoteWrite)
	default:
		return nil
	}
}
