// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package window

import (
	"math"
	"net/netip"
	"time"
)

// Length is the length of the sliding window.
const Length = 60 * time.Second

// Hold is how long a span counts at least: a microsecond more than [Length], since clocks that tell microseconds can see
// two moments up to that much further apart than they are. Redis's does, and all windows are to agree.
const Hold = Length + time.Microsecond

// Limit is a number of spans per [Length]. The zero value, like anything below it, admits nothing: a limit that was
// never set fails closed.
type Limit int64

// Unlimited is no limit. A scope without limit keeps no window, so a limit that it is given later counts from then on.
const Unlimited Limit = math.MaxInt64

// Scope is what a limit applies to.
type Scope uint8

// The scopes of a batch. Limits are checked in the order client, token, organization. Windows are the latter two's: for
// clients there is package fair.
const (
	None Scope = iota
	Token
	Organization
	Client
)

// String returns "none", "token", "organization" or "client".
func (s Scope) String() string {
	switch s {
	case Client:
		return "client"
	case Token:
		return "token"
	case Organization:
		return "organization"
	default:
		return "none"
	}
}

// Batch is a number of spans to admit together, whom they count for, and the limits of those at this moment. A changed
// limit applies to the window as it is.
type Batch struct {
	// Organization and Token are IDs; tokens are told apart within their organization. A batch without Token counts
	// for its organization only, whatever TokenLimit says.
	Organization, Token string

	OrganizationLimit, TokenLimit Limit

	// Client is what the client that sent the batch may use of the token; nil if there is no such limit.
	Client *Share

	// Spans is the weight of the batch.
	Spans int64
}

// Share is what one client, told by its address, may use of a token.
type Share struct {
	Token  string     // the ID
	Client netip.Addr // of IPv6 the first of a /64; the zero value: all whose address isn't known
	Limit  Limit
}

// EffectiveTokenLimit returns the limit that applies to the token.
func (b *Batch) EffectiveTokenLimit() Limit {
	if b.Token == "" {
		return Unlimited
	}
	return b.TokenLimit
}

// Unasked returns the decision on a batch that needs no window, and false if it needs one: one of no spans is admitted,
// even under a limit of zero, one that can never pass is refused, and one without limits is admitted.
func (b *Batch) Unasked() (Decision, bool) {
	if b.Spans <= 0 {
		return Decision{}, true
	}
	if refusal, ok := b.Hopeless(); ok {
		return refusal, true
	}
	return Decision{}, b.EffectiveTokenLimit() == Unlimited && b.OrganizationLimit == Unlimited
}

// Hopeless returns the refusal of a batch that can't pass whatever the windows hold, and false if there is none.
func (b *Batch) Hopeless() (Decision, bool) {
	client, token, organization := b.clientLimit(), b.EffectiveTokenLimit(), b.OrganizationLimit
	switch {
	case client <= 0:
		return Decision{Outcome: ZeroLimit, Scope: Client, Limit: client}, true
	case token <= 0:
		return Decision{Outcome: ZeroLimit, Scope: Token, Limit: token}, true
	case organization <= 0:
		return Decision{Outcome: ZeroLimit, Scope: Organization, Limit: organization}, true
	case b.Spans > int64(client):
		return Decision{Outcome: TooLarge, Scope: Client, Limit: client}, true
	case b.Spans > int64(token):
		return Decision{Outcome: TooLarge, Scope: Token, Limit: token}, true
	case b.Spans > int64(organization):
		return Decision{Outcome: TooLarge, Scope: Organization, Limit: organization}, true
	}
	return Decision{}, false
}

func (b *Batch) clientLimit() Limit {
	if b.Client == nil {
		return Unlimited
	}
	return b.Client.Limit
}
