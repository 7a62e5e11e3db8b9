// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// sent is a batch of an organization's token.
func sent(spans int64, tokenLimit, organizationLimit window.Limit) window.Batch {
	return window.Batch{
		Organization: "o", Token: "t", TokenLimit: tokenLimit, OrganizationLimit: organizationLimit, Spans: spans,
	}
}

// What is full is known from a refusal on, is so for as long as the refused must wait, and not longer.
func TestFullShared(t *testing.T) {
	for name, c := range map[string]struct {
		tokenLimit, organizationLimit window.Limit
		without                       Means
		token, organization           bool
	}{
		"token":                {10, 11, 0, true, false},
		"organization":         {11, 10, 0, false, true},
		"both":                 {10, 10, 0, true, true},
		"neither":              {11, 11, 0, false, false},
		"without a deny cache": {10, 10, DenyCache, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t, Options{Resolution: sec, Timeout: 100 * time.Millisecond, Without: c.without})
				one, two := f.join(1, faults{least: time.Millisecond}, 1), f.join(2, faults{least: time.Millisecond}, 1)
				defer f.close()
				batch := func(spans int64) window.Batch { return sent(spans, c.tokenLimit, c.organizationLimit) }
				f.decide(one, batch(10))
				assert.Equal(t, window.Full{}, two.Full(two.clock(), batch(10)), "nobody has been refused")

				refused := f.decide(two, batch(2))
				assert.Equal(t, window.OverLimit, refused.Outcome)
				full := two.Full(two.clock(), batch(10))
				assert.Equal(t, c.token, full.Token > 0)
				assert.Equal(t, c.organization, full.Organization > 0)
				if c.token || c.organization {
					assert.Equal(t, belief, full.Believed)
					wait := max(full.Token, full.Organization)
					assert.Equal(t, refused.RetryAfter, wait)
					time.Sleep(wait)
					assert.Equal(t, window.Full{}, two.Full(two.clock(), batch(10)))
					assert.Equal(t, window.Admitted, f.decide(two, batch(1)).Outcome)
				}
			})
		})
	}
}

// A lease is room that the ceilings don't know of: its token's, and so the organization's, too.
func TestFullLeavesLeases(t *testing.T) {
	w := New(nil, quiet{}, nil, Options{})
	b := sent(1, 30, 30)
	lent := lease{left: 2, end: 105 * sec, limits: limitsOf(&b)}
	const now, wait = 102 * sec, 10 * sec
	both := window.Full{Token: wait, Organization: wait, Believed: belief}
	for name, c := range map[string]struct {
		own, other lease
		want       window.Full
	}{
		"none":                    {want: both},
		"its own":                 {own: lent},
		"another's":               {other: lent, want: window.Full{Token: wait, Believed: belief}},
		"both":                    {own: lent, other: lent},
		"another's that is spent": {other: lease{end: 105 * sec}, want: both},
	} {
		e := w.organizations.Lock("o")
		e.Value = organization{entry: e, node: w.first, scope: scope{ceiling: *seen()}}
		a, other := e.Value.account(&b), &account{}
		a.scope.ceiling = *seen()
		e.Value.lend(a, c.own)
		e.Value.lend(other, c.other)
		e.Unlock()
		assert.Equal(t, c.want, w.Full(now, b), name)
	}
}

// lent counts the leases that have something left, however they come and go.
func TestLent(t *testing.T) {
	b := sent(2, 30, 30)
	var o organization
	a := o.account(&b)
	o.lend(a, lease{left: 5, end: sec, limits: limitsOf(&b)})
	assert.Equal(t, 1, o.lent)
	o.lend(a, lease{left: 4, end: sec, limits: limitsOf(&b)})
	assert.Equal(t, 1, o.lent, "one in the place of another")
	assert.True(t, o.spend(0, a, &b))
	assert.Equal(t, 1, o.lent, "2 are left")
	assert.True(t, o.spend(0, a, &b))
	assert.Zero(t, o.lent, "spent")
	assert.False(t, o.spend(0, a, &b))
	o.end(a)
	assert.Zero(t, o.lent)
	o.lend(a, lease{left: 5, end: sec, limits: limitsOf(&b)})
	o.loseToken(a)
	assert.Zero(t, o.lent, "lost")
	o.lend(a, lease{left: 5, end: sec, limits: limitsOf(&b)})
	o.forget(sec)
	assert.Zero(t, o.lent, "run out")
	assert.Equal(t, int64(5), a.refund.spans)
}

// Without Redis it is the collector's share that is full, and by the other policies nothing is.
func TestFullAlone(t *testing.T) {
	for name, c := range map[string]struct {
		policy Policy
		full   bool
	}{
		"local": {Local, true}, "allow": {Allow, false}, "reject": {Reject, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t, Options{Resolution: sec, Timeout: 100 * time.Millisecond, Policy: c.policy, Replicas: 2})
				m := f.join(1, faults{}, 1)
				defer f.close()
				m.link.state.Store(down)
				m.Start()
				time.Sleep(sec)
				batch := sent(5, 10, window.Unlimited)
				f.decide(m, batch)
				full := m.Full(m.clock(), batch)
				assert.Equal(t, c.full, full.Token > 0)
				if c.full {
					assert.Equal(t, belief, full.Believed)
					batch.Spans = 1
					assert.Equal(t, full.Token, f.decide(m, batch).RetryAfter)
					time.Sleep(full.Token)
					assert.Equal(t, window.Full{}, m.Full(m.clock(), batch))
					assert.Equal(t, window.Admitted, f.decide(m, batch).Outcome)
				}
			})
		})
	}
}

func TestFullOfNobody(t *testing.T) {
	w := New(nil, quiet{}, nil, Options{})
	assert.Equal(t, window.Full{}, w.Full(0, sent(1, 10, 10)))
	assert.Equal(t, window.Full{}, w.Full(0, sent(1, 0, 10)), "a limit of zero")
	w.Sweep(0)
	assert.Zero(t, w.Len(), "asking leaves nothing")
}
