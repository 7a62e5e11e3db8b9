// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// ceiling bounds what a limit can have free at any later moment: entries of the shared log only leave, at moments known
// since they were seen, and what others charge meanwhile makes less room, not more. So what the ceiling refuses the
// shared log would have refused, too. Only refunds by another collector can make it wrong, so it is believed for a while
// and then asked for again.
//
// It holds totals, not what is free, so that a changed limit applies at once. The zero value refuses nothing.
type ceiling struct {
	total int64
	steps []step // those to come, oldest first
	lag   time.Duration
	until time.Duration // it is believed
}

// belief is for how long a ceiling is believed once it is known. With the time that asking took it is a second at most
// for which a batch is refused although another collector's refund has made room for it. A flood costs a call in that
// time.
const belief = 900 * time.Millisecond

// step is when an entry leaves, at the earliest, and its spans.
type step struct {
	at    time.Duration
	spans int64
}

// set takes in a state that was seen between two moments. Entries leave no earlier than the first says, and the rest of
// the microsecond that Redis cut off: if that is too early by the time the answer took, one needless call is made. Who is
// told when to return is told so by the second.
func (c *ceiling) set(asked, received time.Duration, state *redislog.State) {
	earliest := asked - time.Microsecond
	c.total, c.lag, c.until = state.Total, received-earliest, received+belief
	c.steps = c.steps[:0]
	for _, s := range state.Steps {
		c.steps = append(c.steps, step{at: earliest + s.After, spans: s.Spans})
	}
}

// wait returns how long n spans must wait at least, 0 if they may fit already.
func (c *ceiling) wait(now time.Duration, n int64, limit window.Limit) time.Duration {
	if len(c.steps) == 0 || limit == window.Unlimited {
		return 0
	}
	c.pass(now)
	excess := c.total - (int64(limit) - n)
	for _, s := range c.steps {
		if excess <= 0 {
			return 0
		}
		if excess -= s.spans; excess <= 0 {
			return s.at + c.lag - now
		}
	}
	return 0
}

// pass drops the steps that are over.
func (c *ceiling) pass(now time.Duration) {
	over := 0
	for ; over < len(c.steps) && c.steps[over].at <= now; over++ {
		c.total -= c.steps[over].spans
	}
	if over > 0 {
		c.steps = append(c.steps[:0], c.steps[over:]...)
	}
}

// over reports whether all steps are.
func (c *ceiling) over(now time.Duration) bool {
	return len(c.steps) == 0 || c.steps[len(c.steps)-1].at <= now
}
