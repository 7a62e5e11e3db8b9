// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package window

import (
	"maps"
	"strings"
	"time"
)

// organization holds the window of an organization and those of its tokens under one lock, so that a decision sees and
// charges both scopes at one moment.
type organization struct {
	window Log
	tokens map[string]*Log // only tokens that were charged
	room   int             // the most tokens the map has been seen with
}

// decide admits b into both windows or refuses it. b must not be hopeless.
func (o *organization) decide(now time.Duration, b *Batch, resolution time.Duration) Decision {
	token := o.tokens[b.Token]
	tokenWait := token.Wait(now, b.Spans, b.EffectiveTokenLimit())
	ownWait := o.window.Wait(now, b.Spans, b.OrganizationLimit)
	both := max(tokenWait, ownWait)
	switch {
	case tokenWait > 0:
		return Decision{Outcome: OverLimit, Scope: Token, Limit: b.TokenLimit, RetryAfter: both}
	case ownWait > 0:
		return Decision{Outcome: OverLimit, Scope: Organization, Limit: b.OrganizationLimit, RetryAfter: both}
	}
	if b.OrganizationLimit != Unlimited {
		o.window.Charge(now, b.Spans, resolution)
	}
	if b.EffectiveTokenLimit() != Unlimited {
		if token == nil {
			token = o.add(b.Token)
		}
		token.Charge(now, b.Spans, resolution)
	}
	return Decision{}
}

// add gives the token a window. The ID is copied, since it may be part of a whole request.
func (o *organization) add(token string) *Log {
	if o.tokens == nil {
		o.tokens = make(map[string]*Log)
	}
	l := new(Log)
	o.tokens[strings.Clone(token)] = l
	return l
}

// forget drops the windows that are idle at now.
func (o *organization) forget(now time.Duration) {
	if o.window.Idle(now) {
		o.window = Log{}
	}
	o.room = max(o.room, len(o.tokens))
	for token, l := range o.tokens {
		if l.Idle(now) {
			delete(o.tokens, token)
		}
	}
	if len(o.tokens) < o.room/2 {
		o.shrink()
	}
}

// shrink moves the tokens to a smaller map: a Go map keeps the room of what is deleted from it.
func (o *organization) shrink() {
	tokens := make(map[string]*Log, len(o.tokens))
	maps.Copy(tokens, o.tokens)
	o.tokens, o.room = tokens, len(tokens)
}

// windows returns the number of windows held.
func (o *organization) windows() int {
	if o.window.total == 0 {
		return len(o.tokens)
	}
	return len(o.tokens) + 1
}
