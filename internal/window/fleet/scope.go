// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// scope is what a collector knows of one limit: the token's or the organization's. The organization's lock guards it.
type scope struct {
	own  window.Log // admitted by this collector
	owed window.Log // of these, what the shared log has not been charged yet
	sent window.Log // owed, and in the call that is under way

	birth redislog.Birth // of the shared log that own is in

	// The shared log when last heard of: its total, when all of that will have left, and what was admitted here since
	// without asking.
	total int64
	until time.Duration
	since int64

	ceiling ceiling
}

// heard takes in the state of the shared log after a call that charged what was sent. While collectors settle the log
// may lack what others have yet to charge: then what was known before remains the better knowledge.
func (s *scope) heard(c *commit, state *redislog.State, settling bool) {
	s.sent = window.Log{}
	s.birth = state.Birth
	if !settling {
		s.total = state.Total
		s.until = c.received + window.Hold + c.lease
		s.since = s.owed.Total()
	}
	if len(state.Steps) > 0 {
		s.ceiling.set(c.asked, c.received, state)
	}
}

// owe records what was admitted without the shared log.
func (s *scope) owe(now time.Duration, n int64, resolution time.Duration) {
	s.own.Charge(now, n, resolution)
	s.owed.Charge(now, n, resolution)
	s.since += n
}

// send moves what is owed into a call.
func (s *scope) send(now time.Duration, limit window.Limit, log *redislog.Log) {
	log.Limit, log.Known, log.Debts = limit, s.known(now), log.Debts[:0]
	if limit == window.Unlimited {
		return
	}
	s.sent, s.owed = s.owed, window.Log{}
	log.Debts = coalesce(log.Debts, now, &s.sent)
}

// maxDebts is how many debts a call has for a log: each costs the server some 5 µs.
const maxDebts = 8

// coalesce appends the entries of a log as debts, neighbours together, dated as the last of them.
func coalesce(debts []redislog.Debt, now time.Duration, l *window.Log) []redislog.Debt {
	entries := 0
	for range l.Entries() {
		entries++
	}
	together := (entries + maxDebts - 1) / maxDebts
	i := 0
	for at, n := range l.Entries() {
		if i%together == 0 {
			debts = append(debts, redislog.Debt{})
		}
		d := &debts[len(debts)-1]
		d.Age, d.Spans = now-at, d.Spans+n
		i++
	}
	return debts
}

// unsend takes back what a failed call was to charge. If it was run nevertheless that is charged twice, and the limit
// is held too strictly for a minute.
func (s *scope) unsend(resolution time.Duration) {
	for at, n := range s.owed.Entries() {
		s.sent.Charge(at, n, resolution)
	}
	s.owed, s.sent = s.sent, window.Log{}
}

// lose forgets a shared log that Redis has lost: all that this collector admitted must be charged again.
func (s *scope) lose() {
	s.owed, s.sent = s.own.Copy(), window.Log{}
	s.birth = 0
	s.ceiling = ceiling{}
}

// known returns the shared log that spans of the past minute are in, or 0 if there are none: then it may have expired.
func (s *scope) known(now time.Duration) redislog.Birth {
	if s.own.Idle(now) {
		return 0
	}
	return s.birth
}

// wait returns how long n spans must wait for this collector's share of the limit: that of what was left when the
// shared log was last heard of, until all that was in it has left, and that of the limit from then on.
func (s *scope) wait(now time.Duration, n int64, limit window.Limit, replicas int64) time.Duration {
	if limit == window.Unlimited {
		return 0
	}
	if now < s.until {
		rest := max(0, int64(limit)-s.total) / replicas
		if s.since+n <= rest {
			return 0
		}
	}
	share := (int64(limit) + replicas - 1) / replicas
	if n > share {
		return window.Length // it will pass when Redis is back
	}
	return max(s.until-now, s.own.Wait(now, n, window.Limit(share)))
}

// idle reports whether nothing would be lost by forgetting the scope.
func (s *scope) idle(now time.Duration) bool {
	return s.own.Idle(now) && s.owed.Idle(now) && s.sent.Idle(now) && now >= s.until && s.ceiling.over(now)
}
