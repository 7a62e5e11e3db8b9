// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import "time"

// alarm ends the waits of an organization's batches that last too long: behind a slow call, or in one. One timer serves
// all of them, since they hardly ever do. It is armed while anybody waits.
type alarm struct {
	timer *time.Timer
	armed bool
}

// watch sees to it that a batch which is due in a while is decided by then. Those that wait already are due earlier.
func (w *Windows) watch(o *organization, in time.Duration) {
	if o.alarm.armed {
		return
	}
	o.alarm.armed = true
	if o.alarm.timer == nil {
		o.alarm.timer = time.AfterFunc(in, func() { w.ring(o.entry) })
		return
	}
	o.alarm.timer.Reset(in)
}

// ring decides without Redis what has waited for too long.
func (w *Windows) ring(e *entry) {
	e.Lock()
	defer e.Unlock()
	o, now := &e.Value, w.clock()
	o.alarm.armed = false
	if o.asked != nil {
		w.expire(now, o, o.asked.waiters)
	}
	w.expire(now, o, o.waiting)
}

// expire decides those of a queue, in order of arrival, that are due, and sets the alarm for the others.
func (w *Windows) expire(now time.Duration, o *organization, queue []*waiter) {
	for _, waiter := range queue {
		if waiter.state != waiting {
			continue
		}
		if now < waiter.due {
			w.watch(o, waiter.due-now)
			return
		}
		waiter.state, waiter.decision = gone, w.fallback(now, o, waiter.account, &waiter.batch)
		waiter.woken <- struct{}{}
	}
}
