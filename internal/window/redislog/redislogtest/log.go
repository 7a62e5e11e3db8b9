// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redislogtest

import (
	"slices"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// hold is how long after its last moment an entry leaves. All moments are in microseconds.
var hold = window.Hold.Microseconds()

// log is what a key holds. It keeps entries that have left until a charge or refund writes the log: if the clock steps
// back they count again.
type log struct {
	born     int64 // 0 until it is first written
	deadline int64 // when the key expires
	latest   int64 // the last moment of any charge: later ones are dated no earlier, even if it was refunded
	total    int64 // of all entries
	entries  []entry
}

// entry is what was charged between two moments less than a resolution apart, both included.
type entry struct{ first, last, count int64 }

// left returns how many entries no longer count.
func (l *log) left(now int64) int {
	n := 0
	for n < len(l.entries) && l.entries[n].last <= now-hold {
		n++
	}
	return n
}

// counted returns the spans that count.
func (l *log) counted(now int64) int64 {
	total := l.total
	for _, e := range l.entries[:l.left(now)] {
		total -= e.count
	}
	return total
}

// ahead returns the spans dated after now.
func (l *log) ahead(now int64) int64 {
	n := int64(0)
	for i := len(l.entries) - 1; i >= 0 && l.entries[i].last > now; i-- {
		n += l.entries[i].count
	}
	return n
}

// room returns how much a lease may take.
func (l *log) room(now, limit int64) int64 {
	return min((limit-l.counted(now))/10, limit/10-l.ahead(now))
}

// touch is called before a log is changed: it gives it its birth, and drops what has left. If any has, or entries come
// or go otherwise, the key's life begins anew.
func (l *log) touch(at *moment) {
	if l.born == 0 {
		l.born = at.now
	}
	if n := l.left(at.now); n > 0 {
		l.total = l.counted(at.now)
		l.entries = slices.Delete(l.entries, 0, n)
		l.renew(at)
	}
}

func (l *log) renew(at *moment) { l.deadline = at.now + at.life() }

// charge adds n spans, dated when or, if there are later ones, with those.
func (l *log) charge(at *moment, when, n int64) {
	l.touch(at)
	l.latest = max(l.latest, when)
	newest := len(l.entries) - 1
	if newest >= 0 && l.entries[newest].count == 0 {
		l.entries = l.entries[:newest]
		l.open(at)
	} else if newest < 0 || l.latest-l.entries[newest].first >= at.resolution {
		l.open(at)
	}
	e := &l.entries[len(l.entries)-1]
	e.last = l.latest
	e.count += n
	l.total += n
}

// open begins an entry.
func (l *log) open(at *moment) {
	l.entries = append(l.entries, entry{first: l.latest})
	l.renew(at)
}

// backdate adds n spans of the past to the first entry that leaves no earlier than they would.
func (l *log) backdate(at *moment, when, n int64) {
	if when <= at.now-hold {
		return
	}
	for i := range l.entries {
		if l.entries[i].last < when || l.entries[i].count == 0 {
			continue
		}
		if i < len(l.entries)-1 {
			l.renew(at)
		}
		l.entries[i].count += n
		l.total += n
		l.touch(at)
		return
	}
	l.charge(at, when, n)
}

// refund takes up to so many spans from the entry they were charged to, and then from those before it.
func (l *log) refund(at *moment, r redislog.Refund) {
	n := min(r.Spans, l.counted(at.now))
	if n <= 0 || r.Date <= at.now-hold || r.Date > l.latest {
		return
	}
	l.touch(at)
	l.renew(at)
	i := len(l.entries) - 1
	for i > 0 && l.entries[i-1].last >= r.Date {
		i--
	}
	for ; i >= 0 && n > 0; i-- {
		part := min(n, l.entries[i].count)
		l.entries[i].count -= part
		l.total -= part
		n -= part
	}
	newest := l.entries[len(l.entries)-1] // may be empty until the next charge
	l.entries = slices.DeleteFunc(l.entries[:len(l.entries)-1], func(e entry) bool { return e.count == 0 })
	l.entries = append(l.entries, newest)
}
