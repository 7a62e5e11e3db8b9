// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"slices"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// commit is a call that decides all that waits of an organization, and what becomes of it. It is used again and again.
type commit struct {
	windows *Windows
	entry   *entry
	call    redislog.Call
	reply   redislog.Reply
	waiters []*waiter  // whose batches are in the call
	decided []*waiter  // that have their decision, and are to be woken
	tokens  []*account // those of call.Tokens
	batches int

	lease           time.Duration // how long one lasts
	asked, received time.Duration
}

// make fills the call with what an organization has to ask and to tell, and reports whether that is anything. Batches
// that can be decided here by now are.
func (c *commit) make(now time.Duration) bool {
	o := &c.entry.Value
	c.reset(o.id)
	c.addWaiting(o, now)
	c.addTelling(o)
	limit := window.Unlimited
	if len(c.waiters) > 0 {
		limit = c.waiters[0].batch.OrganizationLimit
	} else if !o.scope.own.Idle(now) {
		limit = 0 // nothing is decided, but there is a log
	}
	o.scope.send(now, limit, &c.call.Log)
	for i, a := range c.tokens {
		c.fill(i, a, now)
	}
	o.asked = c
	wanted := o.verifying
	o.verifying = false
	return len(c.tokens) > 0 || len(c.call.Log.Debts) > 0 || wanted
}

func (c *commit) reset(organization string) {
	c.call.Organization = organization
	c.call.Tokens = c.call.Tokens[:0]
	c.batches = 0
}

// addWaiting moves batches from the queue into the call, in order, until one doesn't fit.
func (c *commit) addWaiting(o *organization, now time.Duration) {
	taken := 0
	for ; taken < len(o.waiting); taken++ {
		w := o.waiting[taken]
		if w.state == gone {
			continue
		}
		if c.windows.serve(now, o, w) {
			c.decided = append(c.decided, w)
			continue
		}
		if !c.add(w) {
			break
		}
	}
	o.waiting = slices.Delete(o.waiting, 0, taken)
}

// add adds a batch, and reports whether it fits: all of a call have one limit for a scope.
func (c *commit) add(w *waiter) bool {
	if len(c.waiters) > 0 && (c.windows.without(GroupCommit) || c.batches == redislog.MaxBatches ||
		w.batch.OrganizationLimit != c.waiters[0].batch.OrganizationLimit) {
		return false
	}
	section, ok := c.section(w.account, w.batch.EffectiveTokenLimit())
	if !ok {
		return false
	}
	t := &c.call.Tokens[section]
	w.section, w.place = section, len(t.Batches)
	t.Batches = append(t.Batches, w.batch.Spans)
	c.waiters = append(c.waiters, w)
	c.batches++
	return true
}

// section returns the account's place in the call, and gives it one if it has none yet.
func (c *commit) section(a *account, limit window.Limit) (int, bool) {
	if a.place > 0 {
		return a.place - 1, c.call.Tokens[a.place-1].Log.Limit == limit
	}
	if len(c.tokens) == redislog.MaxTokens {
		return 0, false
	}
	c.tokens = append(c.tokens, a)
	a.place = len(c.tokens)
	c.call.Tokens = slices.Grow(c.call.Tokens, 1)[:len(c.tokens)] // an element keeps its slices
	t := &c.call.Tokens[a.place-1]
	t.ID, t.Log.Limit, t.Batches = a.id, limit, t.Batches[:0]
	return a.place - 1, true
}

// addTelling adds the accounts that only have something to tell, as far as there is room.
func (c *commit) addTelling(o *organization) {
	for len(o.telling) > 0 {
		a := o.telling[len(o.telling)-1]
		if a.place == 0 {
			if _, ok := c.section(a, a.limit); !ok {
				return
			}
		}
		a.telling = false
		o.telling = o.telling[:len(o.telling)-1]
	}
}

// fill completes what a call says about a token.
func (c *commit) fill(section int, a *account, now time.Duration) {
	t := &c.call.Tokens[section]
	a.scope.send(now, t.Log.Limit, &t.Log)
	c.entry.Value.end(a)
	t.Refund = a.refund.take(c.limits(section))
	if isUnsure(&t.Log) || isUnsure(&c.call.Log) {
		t.Refund = redislog.Refund{}
	}
	t.Want, t.Least = 0, 0
	if len(t.Batches) > 0 && !c.windows.without(Leases) {
		t.Want, t.Least = a.demand.want()
	}
}

// isUnsure reports whether a log may be another one than that which was charged with what is to be refunded.
func isUnsure(l *redislog.Log) bool { return l.Known == 0 && l.Limit != window.Unlimited }

// limits returns those of a token in the call.
func (c *commit) limits(section int) limits {
	return limits{token: c.call.Tokens[section].Log.Limit, organization: c.call.Log.Limit}
}

// succeed takes in the reply and answers those who wait. It reports false if Redis has lost a log that was known.
func (c *commit) succeed(received time.Duration) bool {
	o := &c.entry.Value
	c.received = received
	if c.reply.Lost {
		c.lost(o)
		return false
	}
	settling := c.windows.isAlone(received, o)
	if c.call.Log.Limit != window.Unlimited {
		o.scope.heard(c, &c.reply.Log, settling)
	}
	for i, a := range c.tokens {
		t := &c.reply.Tokens[i]
		if c.call.Tokens[i].Log.Limit != window.Unlimited {
			a.scope.heard(c, &t.State, settling)
		}
		if t.Grant > 0 {
			o.lend(a, granted(t.Grant, c, i))
			c.windows.monitor.Leased(t.Grant)
		}
		if c.call.Tokens[i].Refund.Spans > 0 { // the ceilings were too low for that
			c.loosen(o, a)
		}
	}
	for _, w := range c.waiters {
		c.answer(o, w)
	}
	c.finish()
	return true
}

// loosen forgets ceilings that a refund has made wrong.
func (c *commit) loosen(o *organization, a *account) {
	if len(c.reply.Log.Steps) == 0 {
		o.scope.ceiling = ceiling{}
	}
	if place := a.place - 1; len(c.reply.Tokens[place].Steps) == 0 {
		a.scope.ceiling = ceiling{}
	}
}

// answer tells a waiter what became of its batch. One that has gone was decided otherwise: what it was charged is
// refunded.
func (c *commit) answer(o *organization, w *waiter) {
	t := &c.reply.Tokens[w.section]
	admitted := t.Refusers[w.place] == window.None
	switch {
	case admitted && w.state == gone:
		w.account.refund.add(lease{left: w.batch.Spans, date: c.reply.Now, limits: c.limits(w.section)})
		o.tell(w.account)
	case admitted:
		o.admit(c.received, w.account, &w.batch, c.windows.Resolution)
		if c.windows.isAlone(c.received, o) { // then it isn't in the total that is known
			o.scope.since += w.batch.Spans
			w.account.scope.since += w.batch.Spans
		}
		w.answer(window.Decision{})
	default:
		w.answer(c.refusal(t, w))
	}
}

func (c *commit) refusal(t *redislog.TokenReply, w *waiter) window.Decision {
	b := &w.batch
	wait := max(t.Wait(b.Spans, b.EffectiveTokenLimit()), c.reply.Log.Wait(b.Spans, b.OrganizationLimit))
	wait = max(wait, 1) // a refund of the same call may have made room already
	d := window.Decision{Outcome: window.OverLimit, Scope: t.Refusers[w.place], Limit: b.OrganizationLimit, RetryAfter: wait}
	if d.Scope == window.Token {
		d.Limit = b.TokenLimit
	}
	return d
}

// lost has all that was admitted charged again. It may be that only the log of a token was lost.
func (c *commit) lost(o *organization) {
	c.unsend(o)
	own := c.call.Log.Known
	if (own != 0 && own == c.reply.Log.Birth) || c.call.Log.Limit == window.Unlimited {
		o.settled = c.received + settling
		for i, a := range c.tokens {
			if known := c.call.Tokens[i].Log.Known; known != 0 && known != c.reply.Tokens[i].Birth {
				o.loseToken(a)
			}
		}
	} else {
		o.lose(c.received)
	}
	c.decideAlone(o)
}

// fail decides without Redis what waits.
func (c *commit) fail(received time.Duration) {
	c.received = received
	o := &c.entry.Value
	c.unsend(o)
	c.decideAlone(o)
}

func (c *commit) unsend(o *organization) {
	o.scope.unsend(c.windows.Resolution)
	for _, a := range c.tokens {
		a.scope.unsend(c.windows.Resolution)
		if a.scope.owed.Total() > 0 {
			o.tell(a)
		}
	}
}

func (c *commit) decideAlone(o *organization) {
	for _, w := range c.waiters {
		if w.state == waiting {
			w.answer(c.windows.fallback(c.received, o, w.account, &w.batch))
		}
	}
	c.finish()
}

// finish leaves the call.
func (c *commit) finish() {
	for _, a := range c.tokens {
		a.place = 0
	}
	for _, w := range c.waiters {
		if w.state == answered {
			c.decided = append(c.decided, w)
		}
	}
	c.entry.Value.asked = nil
	c.waiters, c.tokens = empty(c.waiters), empty(c.tokens)
}

// wake wakes those who have their decision. It is called without the lock, which they are going to want.
func (c *commit) wake() {
	for _, w := range c.decided {
		w.woken <- struct{}{}
	}
	c.decided = empty(c.decided)
}

// empty returns s without elements, and keeps none of them alive.
func empty[T any](s []T) []T {
	clear(s)
	return s[:0]
}
