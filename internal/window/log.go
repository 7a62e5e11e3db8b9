// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package window

import (
	"iter"
	"slices"
	"time"
)

// Log is the coalesced sliding log of one scope; the package comment has the algorithm and its proofs. The zero value is an
// empty log, and so is nil for Wait. The caller locks.
type Log struct {
	sealed []sealedEntry // oldest first; nothing merges into these any more
	newest entry         // empty, as the whole log, while its count is 0
	total  int64         // spans in sealed and newest
}

// entry is what was admitted between two moments less than one resolution apart, both included.
type entry struct {
	first, last time.Duration
	count       int64
}

// sealedEntry is an entry whose first moment is of no use any more.
type sealedEntry struct {
	last  time.Duration
	count int64
}

// Wait returns how long after now n spans fit under limit if nothing is charged meanwhile: 0 if they fit already.
// n must be at most limit. The log stays as it is.
func (l *Log) Wait(now time.Duration, n int64, limit Limit) time.Duration {
	if l == nil || limit == Unlimited {
		return 0
	}
	excess := l.total - (int64(limit) - n)
	if excess <= 0 {
		return 0
	}
	// Entries that have left, but are still in the list, need no care: they give a moment that has passed.
	for _, e := range l.sealed {
		if excess -= e.count; excess <= 0 {
			return max(0, e.last+Hold-now)
		}
	}
	return max(0, l.newest.last+Hold-now)
}

// Charge adds n spans at now, or at the last moment of the log if time stepped back since.
func (l *Log) Charge(now time.Duration, n int64, resolution time.Duration) {
	l.expire(now)
	now = max(now, l.newest.last)
	if l.newest.count == 0 || now-l.newest.first >= resolution {
		l.open(now)
	}
	l.newest.last = now
	l.newest.count += n
	l.total += n
}

// open seals the newest entry, if any, and begins another at now.
func (l *Log) open(now time.Duration) {
	if l.newest.count > 0 {
		l.sealed = append(l.sealed, sealedEntry{last: l.newest.last, count: l.newest.count})
	}
	l.newest = entry{first: now}
}

// expire drops the entries that have left by now. Only a charge may do so: see "Time" in the package comment.
func (l *Log) expire(now time.Duration) {
	if l.Idle(now) {
		*l = Log{sealed: l.sealed[:0]}
		return
	}
	left := 0
	for ; left < len(l.sealed) && l.sealed[left].last <= now-Hold; left++ {
		l.total -= l.sealed[left].count
	}
	// Moving the rest costs less than a ring's bookkeeping: it happens once per resolution, and is a kilobyte.
	l.sealed = slices.Delete(l.sealed, 0, left)
}

// Idle reports whether all entries have left by now.
func (l *Log) Idle(now time.Duration) bool {
	return l.newest.count == 0 || l.newest.last <= now-Hold
}

// Total returns the spans of all entries, those that have left but are not dropped yet included.
func (l *Log) Total() int64 { return l.total }

// Entries returns the last moment and the spans of each entry, oldest first, those that have left but are not dropped
// yet included.
func (l *Log) Entries() iter.Seq2[time.Duration, int64] {
	return func(yield func(time.Duration, int64) bool) {
		for _, e := range l.sealed {
			if !yield(e.last, e.count) {
				return
			}
		}
		if l.newest.count > 0 {
			yield(l.newest.last, l.newest.count)
		}
	}
}

// Copy returns a log that holds the same, and shares nothing with this one.
func (l *Log) Copy() Log {
	c := *l
	c.sealed = slices.Clone(l.sealed)
	return c
}
