// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/soak"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// TestComplete asks one batch at a time of a fleet without faults, and judges each refusal by what was charged.
func TestComplete(t *testing.T) {
	sum := verdicts{}
	for seed := range uint64(40 * soak.Factor(t)) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := newAudit(t, seed)
				for range 500 {
					a.step()
				}
				a.close()
				sum.add(&a.verdicts)
			})
		})
	}
	t.Logf("%+v", sum)
	for _, n := range []int{sum.charged, sum.asked, sum.cached, sum.leased} {
		assert.Positive(t, n)
	}
}

// audit asks a fleet one batch after the other, and watches what the server is charged.
type audit struct {
	*fleet
	test    *testing.T
	random  *rand.Rand
	limits  map[scopeID]window.Limit
	charges map[scopeID]*ledger
	refunds bool // there was one
	verdicts
}

// verdicts counts decisions by how they came about.
type verdicts struct{ charged, leased, asked, cached int }

func (v *verdicts) add(w *verdicts) {
	v.charged += w.charged
	v.leased += w.leased
	v.asked += w.asked
	v.cached += w.cached
}

func newAudit(t *testing.T, seed uint64) *audit {
	t.Helper()
	r := newRand(seed)
	a := &audit{test: t, random: r, limits: map[scopeID]window.Limit{}, charges: map[scopeID]*ledger{}}
	o := Options{Timeout: 100 * time.Millisecond, Policy: Reject, Without: Means(oneOf(r, 0, 0, 0, r.IntN(8)))}
	o.Resolution = oneOf(r, 100*time.Millisecond, time.Second, 10*time.Second)
	a.fleet = newFleet(t, o)
	for range oneOf(r, 1, 1, 2, 4) {
		a.join(r.Uint64(), faults{delay: oneOf(r, 2, time.Millisecond), least: 1}, 1)
	}
	a.server.observe = a.observe
	return a
}

// observe records what a call charges.
func (a *audit) observe(_ int64, call *redislog.Call, reply *redislog.Reply) {
	charge := func(id scopeID, l window.Limit, n int64) {
		if l == window.Unlimited || (id.token == "" && id.organization == "") {
			return
		}
		if a.charges[id] == nil {
			a.charges[id] = new(ledger)
		}
		if n > 0 {
			a.charges[id].add(admission{from: a.now(), to: a.now(), spans: n})
		}
	}
	for i := range call.Tokens {
		t := &call.Tokens[i]
		n := reply.Tokens[i].Grant
		for j, b := range t.Batches {
			if reply.Tokens[i].Refusers[j] == window.None {
				n += b
			}
		}
		if n > 0 || t.Refund.Spans > 0 {
			a.refunds = a.refunds || t.Refund.Spans > 0
			charge(scopeID{call.Organization, ""}, call.Log.Limit, n)
			if t.ID != "" {
				charge(scopeID{call.Organization, t.ID}, t.Log.Limit, n)
			}
		}
	}
}

// step lets some time pass and decides a batch.
func (a *audit) step() {
	r := a.random
	time.Sleep(oneOf(r, 0, 0, 0, time.Duration(r.Int64N(int64(time.Second))), a.options.Resolution, 20*time.Second))
	c := a.collectors[r.IntN(len(a.collectors))]
	if r.IntN(20) == 0 {
		c.Sweep(c.clock())
		time.Sleep(10 * time.Millisecond)
	}
	for range oneOf(r, 1, 1, 10) {
		a.ask(c, a.batch())
	}
}

func (a *audit) batch() window.Batch {
	r := a.random
	b := window.Batch{Organization: "o", Token: oneOf(r, "a", "a", "a", "b", "c", "")}
	b.Spans = 1 + r.Int64N(oneOf[int64](r, 1, 5, 30))
	b.OrganizationLimit = a.limit(scopeID{"o", ""}, 100, 200, 1_000)
	b.TokenLimit = a.limit(scopeID{"o", b.Token + "'"}, 30, 100, 1_000, window.Unlimited)
	return b
}

func (a *audit) limit(id scopeID, values ...window.Limit) window.Limit {
	l, ok := a.limits[id]
	if !ok || a.random.IntN(200) == 0 {
		l = max(l, oneOf(a.random, values...)) // an edit to less would leave more charged than the limit
		a.limits[id] = l
	}
	return l
}

// ask decides a batch and judges a refusal.
func (a *audit) ask(c *collector, b window.Batch) {
	trips, began := c.link.trips.Load(), a.now()
	known := a.knows(c, &b)
	d := a.decide(c, b)
	asked := c.link.trips.Load() > trips
	switch {
	case d.Outcome == window.TooLarge:
	case d.Outcome == window.Admitted && !asked:
		a.leased++
	case d.Outcome == window.Admitted:
		a.charged++
	case !assert.Equal(a.t, window.OverLimit, d.Outcome):
	case asked:
		a.asked++
		a.judge(&b, d)
		a.judgeScope(&b, d)
		a.judgeWait(&b, d, 2*time.Millisecond)
	default:
		a.cached++
		assert.Equal(a.t, began, a.now())
		a.judge(&b, d)
		a.judgeCached(&b, d, known)
	}
}

// judge checks that too much was charged for the batch to fit.
func (a *audit) judge(b *window.Batch, d window.Decision) {
	id, limit := scopeID{b.Organization, ""}, b.OrganizationLimit
	if d.Scope == window.Token {
		id.token, limit = b.Token, b.TokenLimit
	}
	assert.Equal(a.t, limit, d.Limit)
	counts := window.Hold + a.options.Resolution + a.options.Resolution + 3*time.Millisecond
	assert.Positive(a.t, d.RetryAfter)
	assert.LessOrEqual(a.t, d.RetryAfter, counts)
	sum := int64(0)
	if g := a.charges[id]; g != nil {
		for _, c := range g.all {
			if c.from > a.now()-counts {
				sum += c.spans
			}
		}
	}
	assert.Greater(a.t, sum, int64(limit)-b.Spans, "refused for nothing by %v: %v %+v", id, b, d)
}

// judgeScope checks that the token is named before the organization.
func (a *audit) judgeScope(b *window.Batch, d window.Decision) {
	alone := *b
	alone.OrganizationLimit = window.Unlimited
	const trip = 2 * time.Millisecond // ago it was decided, when the token's oldest entry may have been there yet
	switch {
	case alone.EffectiveTokenLimit() == window.Unlimited, d.Scope == window.Organization:
		assert.Equal(a.t, window.Organization, d.Scope)
		assert.Equal(a.t, window.None, a.server.refuses(0, &alone), "token goes first")
	default:
		assert.True(a.t, a.server.refuses(0, &alone) != window.None || a.server.refuses(-trip, &alone) != window.None)
	}
}

// judgeWait checks that the batch would be admitted when it is told to return, and not before.
func (a *audit) judgeWait(b *window.Batch, d window.Decision, trip time.Duration) {
	assert.Equal(a.t, window.None, a.server.refuses(d.RetryAfter, b), "refused after RetryAfter %v", d.RetryAfter)
	early := d.RetryAfter - trip
	assert.True(a.t, early <= 0 || a.server.refuses(early, b) != window.None, "admitted %v before RetryAfter", trip)
}

// judgeCached checks that the server would have refused as well.
func (a *audit) judgeCached(b *window.Batch, d window.Decision, known bool) {
	assert.Zero(a.t, a.options.Without&DenyCache)
	if a.refunds && len(a.collectors) > 1 {
		return // others don't know
	}
	assert.NotEqual(a.t, window.None, a.server.refuses(0, b), "the server would have admitted it")
	early := d.RetryAfter - 2*time.Millisecond
	assert.True(a.t, early <= 0 || a.server.refuses(early, b) != window.None, "admitted before RetryAfter")
	if known {
		assert.Equal(a.t, window.None, a.server.refuses(d.RetryAfter, b), "refused after RetryAfter")
	}
}

// knows reports whether the collector knows all entries of a batch's logs.
func (a *audit) knows(c *collector, b *window.Batch) bool {
	e := c.organizations.Lock(b.Organization)
	defer e.Unlock()
	if e.Value.entry == nil || e.Value.tokens[b.Token] == nil {
		return false
	}
	known := func(id scopeID, s *scope, l window.Limit) bool {
		s.ceiling.pass(c.clock())
		var spans []int64
		for _, step := range s.ceiling.steps {
			spans = append(spans, step.spans)
		}
		return l == window.Unlimited || slices.Equal(spans, a.server.entries(id))
	}
	return known(scopeID{b.Organization, ""}, &e.Value.scope, b.OrganizationLimit) &&
		known(scopeID{b.Organization, b.Token}, &e.Value.tokens[b.Token].scope, b.EffectiveTokenLimit())
}
