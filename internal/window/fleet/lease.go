// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// lease is a number of spans that the shared logs have been charged with already, dated at its end: they may be
// admitted until then without asking.
type lease struct {
	left int64
	end  time.Duration // no span is admitted from it at that moment or later
	date int64         // what it was charged at, by the server's clock
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
	end, date := c.asked+c.lease-c.lease/drift, c.reply.Now+c.lease.Microseconds()
	return lease{left: spans, end: end, date: date, limits: c.limits(section)}
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
	date  int64 // the earliest of what it was charged at
	limits
}

// add adds what is left of a lease.
func (r *refund) add(l lease) {
	if l.left == 0 {
		return
	}
	if r.spans == 0 {
		r.date, r.limits = l.date, l.limits
	}
	r.spans += l.left
	r.date = min(r.date, l.date)
	r.token, r.organization = max(r.token, l.token), max(r.organization, l.organization) // Unlimited if one was
}

// take returns what may be refunded at limits, once: not to a log that was not charged.
func (r *refund) take(at limits) redislog.Refund {
	taken := redislog.Refund{Spans: r.spans, Date: r.date}
	if (r.token == window.Unlimited && at.token != window.Unlimited) ||
		(r.organization == window.Unlimited && at.organization != window.Unlimited) {
		taken = redislog.Refund{}
	}
	*r = refund{}
	return taken
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
