// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import "time"

// lease is a number of spans that the shared logs have been charged with already, dated at its end: they may be
// admitted until then without asking.
type lease struct {
	left int64
	end  time.Duration // no span is admitted from it at that moment or later
	void time.Duration // when what is left can't be refunded any more
}

// drift is by how much two clocks may differ in speed: a lease ends early by that share of it.
const drift = 100

// granted returns a lease that was asked for at a moment, and lasts for a length from the answer's making on, which was
// later.
func granted(spans int64, c *commit) lease {
	return lease{left: spans, end: c.asked + c.lease - c.lease/drift, void: c.void()}
}

// spend takes n spans from the lease, and reports whether it could.
func (l *lease) spend(now time.Duration, n int64) bool {
	if l.left < n || now >= l.end {
		return false
	}
	l.left -= n
	return true
}

// refund is what a collector has been charged for in vain.
type refund struct {
	spans int64
	void  time.Duration // when it can't be refunded any more, since the charge itself leaves
}

// add adds spans whose charge leaves at a moment.
func (r *refund) add(spans int64, void time.Duration) {
	if spans == 0 {
		return
	}
	if r.spans == 0 || void < r.void {
		r.void = void
	}
	r.spans += spans
}

// take returns what may be refunded, once.
func (r *refund) take(now time.Duration) int64 {
	spans := r.spans
	if now >= r.void {
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
