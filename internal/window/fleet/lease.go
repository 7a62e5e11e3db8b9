// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// lease is a number of spans that the shared logs have been charged with already, dated at its end: they may be
// admitted until then without asking.
type lease struct {
	left int64
	end  time.Duration // no span is admitted from it at that moment or later
	void time.Duration // when what is left can't be refunded any more
	limits
}

// limits are those at which something was charged, to the logs of those that aren't Unlimited.
type limits struct{ token, organization window.Limit }

func limitsOf(b *window.Batch) limits {
	return limits{token: b.EffectiveTokenLimit(), organization: b.OrganizationLimit}
}

// drift is by how much two clocks may differ in speed: a lease ends early by that share of it.
const drift = 100

// granted returns a lease that was asked for at a moment, and lasts for a length from the answer's making on, which was
// later.
func granted(spans int64, c *commit, section int) lease {
	return lease{left: spans, end: c.asked + c.lease - c.lease/drift, void: c.void(), limits: c.limits(section)}
}

// spend takes a batch's spans from the lease, and reports whether it could. Once a limit was edited it can't: a scope
// that had none was not charged, and a lower one may be exceeded already.
func (l *lease) spend(now time.Duration, b *window.Batch) bool {
	if l.left < b.Spans || now >= l.end || l.limits != limitsOf(b) {
		return false
	}
	l.left -= b.Spans
	return true
}

// refund is what a collector has been charged for in vain.
type refund struct {
	spans int64
	void  time.Duration // when it can't be refunded any more, since the charge itself leaves
	limits
}

// add adds what is left of a lease.
func (r *refund) add(l lease) {
	if l.left == 0 {
		return
	}
	if r.spans == 0 {
		r.void, r.limits = l.void, l.limits
	}
	r.spans += l.left
	r.void = min(r.void, l.void)
	r.token, r.organization = max(r.token, l.token), max(r.organization, l.organization) // Unlimited if one was
}

// take returns what may be refunded at limits, once: not to a log that was not charged.
func (r *refund) take(now time.Duration, at limits) int64 {
	spans := r.spans
	if now >= r.void || (r.token == window.Unlimited && at.token != window.Unlimited) ||
		(r.organization == window.Unlimited && at.organization != window.Unlimited) {
		spans = 0
	}
	*r = refund{}
	return spans
}

// demand measures what a token's batches have come to lately, in stretches of one lease's length.
type demand struct {
	start       time.Duration
	now, before traffic
}

type traffic struct{ spans, batches int64 }

// add counts a batch.
func (d *demand) add(now time.Duration, n int64, stretch time.Duration) {
	if passed := now - d.start; passed >= stretch {
		d.before = traffic{}
		if passed < 2*stretch {
			d.before = d.now
		}
		d.now, d.start = traffic{}, now
	}
	d.now.spans += n
	d.now.batches++
}

// want returns how many spans a lease should have, and how many it should have at least to be of use: a batch of usual
// size. Below two batches in a stretch a lease would save no call.
func (d *demand) want() (want, least int64) {
	t := d.before
	if d.now.spans > t.spans {
		t = d.now
	}
	if t.batches <= 2 {
		return 0, 0
	}
	return t.spans, (t.spans + t.batches - 1) / t.batches
}
