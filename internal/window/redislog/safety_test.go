// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redislog_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/soak"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog/redislogtest"
)

// Collectors that spend leases as late as they may, and give back what is left as late as they may, never admit more
// than the limits in any minute, and are never refused for nothing. The model is quick, so it does most of it.
func TestFleetStaysWithinLimits(t *testing.T) {
	s := redistest.Start(t)
	var refunded, refused int64
	for seed := range uint64(20 * soak.Factor(t)) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			f := newFleet(t, choices{rand.New(rand.NewPCG(seed, 5)).IntN})
			model := redislogtest.NewServer(f.resolution, f.lease)
			f.run = model.Run
			f.live(1_500)
			refunded, refused = refunded+f.refunded, refused+f.refused
		})
	}
	require.Greater(t, refused, int64(1_000), "too few to tell")
	require.Greater(t, refunded, int64(1_000), "too few to tell")
	t.Run("redis", func(t *testing.T) {
		f := newFleet(t, choices{rand.New(rand.NewPCG(0, 6)).IntN})
		r := newRig(t, s, f.resolution, f.lease)
		f.run = func(now int64, call *redislog.Call, reply *redislog.Reply) {
			r.now = now
			*reply = *r.do(call)
		}
		f.live(1_000)
	})
}

// fleet is some collectors with leases, and the truth about what they admitted.
type fleet struct {
	choices
	t                 *testing.T
	run               func(now int64, call *redislog.Call, reply *redislog.Reply)
	resolution, lease time.Duration
	now               int64
	limits            map[string]window.Limit // by token; "" is the organization
	leases            []held
	admitted, charged map[string]ledger
	refunded, refused int64
}

// held is a lease, until its end.
type held struct {
	token     string
	left, end int64
}

// ledger is the plain sliding log: every charge.
type ledger []struct{ at, n int64 }

// since returns the spans charged after a moment, until the given one.
func (g ledger) since(after int64) int64 {
	n := int64(0)
	for i := len(g) - 1; i >= 0 && g[i].at > after; i-- {
		n += g[i].n
	}
	return n
}

func newFleet(t *testing.T, c choices) *fleet {
	t.Helper()
	f := &fleet{choices: c, t: t, now: begin, admitted: map[string]ledger{}, charged: map[string]ledger{}}
	f.resolution = pick(c, 100*time.Millisecond, time.Second, 10*time.Second)
	f.lease = pick(c, f.resolution, 3*time.Second)
	f.limits = map[string]window.Limit{
		"":  pick[window.Limit](c, 100, 1_000, window.Unlimited),
		"x": pick[window.Limit](c, 100, 700, window.Unlimited),
		"y": pick[window.Limit](c, 50, 1_000),
	}
	return f
}

func (f *fleet) live(steps int) {
	var reply redislog.Reply
	for range steps {
		f.now += pick(f.choices, 0, ms, int64(f.choose(int(300*ms))), f.resolution.Microseconds()/2, sec,
			int64(f.choose(int(5*sec))))
		if f.choose(50) == 0 {
			f.now += pick(f.choices, 30*sec, hold-1, hold)
		}
		f.spend()
		call := f.call()
		f.run(f.now, call, &reply)
		f.take(call, &reply)
		f.check(&reply, call)
	}
}

// spend admits from leases that last, often at their very end.
func (f *fleet) spend() {
	for i := range f.leases {
		h := &f.leases[i]
		if h.left == 0 || h.end < f.now || f.choose(3) > 0 {
			continue
		}
		n := 1 + int64(f.choose(int(h.left)))
		h.left -= n
		enter(f.admitted, h.token, f.now, n)
	}
}

func enter(all map[string]ledger, token string, at, n int64) {
	for _, scope := range []string{token, ""} {
		all[scope] = append(all[scope], struct{ at, n int64 }{at, n})
	}
}

func (f *fleet) call() *redislog.Call {
	call := &redislog.Call{Organization: "o", Log: redislog.Log{Limit: f.limits[""]}}
	for _, id := range []string{"x", "y"} {
		t := redislog.Token{ID: id, Log: redislog.Log{Limit: f.limits[id]}, Refund: f.refund(id)}
		for range f.choose(3) {
			t.Batches = append(t.Batches, 1+int64(f.choose(30)))
		}
		t.Want, t.Least = pick[int64](f.choices, 0, 0, 5, 1_000), 1
		call.Tokens = append(call.Tokens, t)
	}
	return call
}

// refund returns what is left of a lease, once, and not too late.
func (f *fleet) refund(token string) redislog.Refund {
	for i, h := range f.leases {
		if h.token != token || h.left == 0 || f.choose(4) > 0 {
			continue
		}
		f.leases = slices.Delete(f.leases, i, i+1)
		f.refunded += h.left
		return redislog.Refund{Spans: h.left, Date: h.end}
	}
	return redislog.Refund{}
}

// take notes what a call admitted and granted.
func (f *fleet) take(call *redislog.Call, reply *redislog.Reply) {
	for i, t := range call.Tokens {
		r := &reply.Tokens[i]
		for j, scope := range r.Refusers {
			if scope == window.None {
				enter(f.admitted, t.ID, f.now, t.Batches[j])
				enter(f.charged, t.ID, f.now, t.Batches[j])
				continue
			}
			f.refused++
			f.judgeRefusal(scope, t.ID, t.Batches[j])
		}
		if r.Grant > 0 {
			enter(f.charged, t.ID, f.now, r.Grant)
			f.leases = append(f.leases, held{t.ID, r.Grant, f.now + f.lease.Microseconds()})
		}
	}
}

// judgeRefusal checks that what was charged in a minute, and what an entry may count longer, justifies it.
func (f *fleet) judgeRefusal(scope window.Scope, token string, n int64) {
	if scope == window.Organization {
		token = ""
	}
	since := f.now - hold - f.resolution.Microseconds() - f.lease.Microseconds()
	require.Greater(f.t, f.charged[token].since(since)+n, int64(f.limits[token]), "refused for nothing")
}

// check compares what the logs count, now and at all later moments, with the truth.
func (f *fleet) check(reply *redislog.Reply, call *redislog.Call) {
	ask := *call
	ask.Tokens = nil
	for _, t := range call.Tokens {
		ask.Tokens = append(ask.Tokens, redislog.Token{ID: t.ID, Log: t.Log})
	}
	for _, later := range []int64{0, int64(f.choose(int(62 * sec)))} {
		var then redislog.Reply
		f.run(f.now+later, &ask, &then)
		f.covers("", &then.Log, later)
		f.covers("x", &then.Tokens[0].State, later)
		f.covers("y", &then.Tokens[1].State, later)
	}
	require.Equal(f.t, f.now, reply.Now)
}

func (f *fleet) covers(scope string, s *redislog.State, later int64) {
	if f.limits[scope] == window.Unlimited {
		return
	}
	truth := f.admitted[scope].since(f.now + later - hold)
	require.LessOrEqual(f.t, truth, int64(f.limits[scope]), "more than the limit in a minute: %q", scope)
	require.GreaterOrEqual(f.t, s.Total, truth, "%q, %d µs later", scope, later)
}
