// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"slices"
	"strings"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/lockmap"
)

// organization is what a collector knows of an organization and its tokens. The lock of its entry guards all of it.
type organization struct {
	entry     *entry // which this is in
	id        string
	scope     scope
	tokens    map[string]*account
	lent      int       // accounts that have something left of a lease
	waiting   []*waiter // in order of arrival
	asked     *commit   // the call that is under way
	alarm     alarm
	verifying bool       // a call is wanted even if there is nothing to ask or tell
	calling   bool       // a call is under way or about to be
	telling   []*account // those with something to tell Redis though nobody waits
	node      *node      // the server that was asked last
	settled   time.Duration
}

// entry is an organization with its lock.
type entry = lockmap.Entry[organization]

// account is a token of an organization, or all batches of the organization without one.
type account struct {
	id      string
	limit   window.Limit // of the latest batch
	scope   scope
	lease   lease
	refund  refund
	demand  demand
	telling bool // in organization.telling
	place   int  // in the call that is being made, plus 1
}

// account returns the account of a token. The ID is copied, since it may be part of a whole request.
func (o *organization) account(b *window.Batch) *account {
	a := o.tokens[b.Token]
	if a == nil {
		if o.tokens == nil {
			o.tokens = map[string]*account{}
		}
		a = &account{id: strings.Clone(b.Token)}
		o.tokens[a.id] = a
	}
	a.limit = b.EffectiveTokenLimit()
	return a
}

// admit records an admission that the shared logs have been charged with.
func (o *organization) admit(now time.Duration, a *account, b *window.Batch, resolution time.Duration) {
	if b.OrganizationLimit != window.Unlimited {
		o.scope.own.Charge(now, b.Spans, resolution)
	}
	if b.EffectiveTokenLimit() != window.Unlimited {
		a.scope.own.Charge(now, b.Spans, resolution)
	}
}

// owe records an admission that the shared logs have yet to be charged with.
func (o *organization) owe(now time.Duration, a *account, b *window.Batch, resolution time.Duration) {
	if b.OrganizationLimit != window.Unlimited {
		o.scope.owe(now, b.Spans, resolution)
	}
	if b.EffectiveTokenLimit() != window.Unlimited {
		a.scope.owe(now, b.Spans, resolution)
		o.tell(a)
	}
}

// tell has the next call care for an account whoever it is made for.
func (o *organization) tell(a *account) {
	if !a.telling {
		a.telling = true
		o.telling = append(o.telling, a)
	}
}

// deny refuses a batch that the shared logs would certainly refuse.
func (o *organization) deny(now time.Duration, a *account, b *window.Batch) (window.Decision, bool) {
	token, organization, _ := o.waits(now, a, b)
	return refused(b, token, organization)
}

// waits returns how long a batch must wait for its token and its organization, by what is known of the shared logs, and
// for how long that is believed. Where one of the two isn't any more the other is not enough: its wait may be the shorter.
func (o *organization) waits(now time.Duration, a *account, b *window.Batch) (token, organization, believed time.Duration) {
	believed = belief
	if token = a.scope.ceiling.wait(now, b.Spans, b.EffectiveTokenLimit()); token > 0 {
		believed = min(believed, a.scope.ceiling.until-now)
	}
	if organization = o.scope.ceiling.wait(now, b.Spans, b.OrganizationLimit); organization > 0 {
		believed = min(believed, o.scope.ceiling.until-now)
	}
	if believed <= 0 {
		return 0, 0, 0
	}
	return token, organization, believed
}

// alone decides by this collector's share of the limits.
func (o *organization) alone(now time.Duration, a *account, b *window.Batch, replicas int64) (window.Decision, bool) {
	token := a.scope.wait(now, b.Spans, b.EffectiveTokenLimit(), replicas)
	return refused(b, token, o.scope.wait(now, b.Spans, b.OrganizationLimit, replicas))
}

// refused returns the refusal of a batch that has to wait for its token or its organization, and false if it needn't.
func refused(b *window.Batch, token, organization time.Duration) (window.Decision, bool) {
	both := max(token, organization)
	switch {
	case token > 0:
		return window.Decision{Outcome: window.OverLimit, Scope: window.Token, Limit: b.TokenLimit, RetryAfter: both}, true
	case organization > 0:
		limit := b.OrganizationLimit
		return window.Decision{Outcome: window.OverLimit, Scope: window.Organization, Limit: limit, RetryAfter: both}, true
	}
	return window.Decision{}, false
}

// lend gives an account a lease in the place of the one it has.
func (o *organization) lend(a *account, l lease) {
	if a.lease.left > 0 {
		o.lent--
	}
	if l.left > 0 {
		o.lent++
	}
	a.lease = l
}

// end ends an account's lease; what is left of it is to be refunded.
func (o *organization) end(a *account) {
	a.refund.add(a.lease)
	o.lend(a, lease{})
}

// spend takes a batch's spans from the account's lease, and reports whether it could.
func (o *organization) spend(now time.Duration, a *account, b *window.Batch) bool {
	if !a.lease.spend(now, b) {
		return false
	}
	if a.lease.left == 0 && b.Spans > 0 {
		o.lent--
	}
	return true
}

// lose takes note that Redis has lost what it held of the organization.
func (o *organization) lose(now time.Duration) {
	o.scope.lose()
	for _, a := range o.tokens {
		o.loseToken(a)
	}
	o.settled = now + settling
}

func (o *organization) loseToken(a *account) {
	a.scope.lose()
	o.lend(a, lease{})
	a.refund = refund{}
	o.tell(a)
}

// verify has calls made that find out whether Redis still has the logs which this collector's spans are in.
func (o *organization) verify(now time.Duration) {
	o.verifying = o.verifying || o.scope.known(now) != 0
	for _, a := range o.tokens {
		if a.scope.known(now) != 0 {
			o.tell(a)
		}
	}
}

// probe has one call made that finds out so for one log, and reports whether there is any.
func (o *organization) probe(now time.Duration) bool {
	if o.scope.known(now) != 0 {
		o.verifying = true
		return true
	}
	for _, a := range o.tokens {
		if a.scope.known(now) != 0 {
			o.tell(a)
			return true
		}
	}
	return false
}

// forget drops the accounts of which nothing matters any more, and has leases that ran out refunded.
func (o *organization) forget(now time.Duration) {
	o.telling = slices.DeleteFunc(o.telling, func(a *account) bool { return o.outlived(now, a) })
	for id, a := range o.tokens {
		if now >= a.lease.end {
			o.end(a)
		}
		switch {
		case a.refund.spans > 0:
			o.tell(a)
		case a.scope.idle(now) && a.lease.left == 0 && !a.telling && a.place == 0 && now-a.demand.start > window.Length:
			delete(o.tokens, id)
		}
	}
	if len(o.tokens) == 0 {
		o.tokens = nil // a map keeps the room of what is deleted from it
	}
}

// outlived reports whether Redis need not be told any more what it was to be told of an account: during a long outage all
// of it leaves.
func (o *organization) outlived(now time.Duration, a *account) bool {
	if !a.scope.idle(now) || !o.scope.idle(now) {
		return false
	}
	a.telling, a.refund = false, refund{}
	return true
}

// idle reports whether nothing would be lost by forgetting the organization.
func (o *organization) idle(now time.Duration) bool {
	return len(o.tokens) == 0 && !o.calling && len(o.waiting) == 0 && len(o.telling) == 0 &&
		o.scope.idle(now) && now >= o.settled
}

// due reports whether there is something to tell Redis.
func (o *organization) due() bool {
	return len(o.waiting) > 0 || len(o.telling) > 0 || o.verifying || o.scope.owed.Total() > 0
}
