// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redislog_test

import (
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/soak"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// Redis decides each batch as a window.Memory does, whose tests so hold here, too.
func TestScriptAgreesWithMemory(t *testing.T) {
	s := redistest.Start(t)
	counts := map[window.Decision]int{}
	for seed := range uint64(10 * soak.Factor(t)) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			w := newTwins(t, s, choices{rand.New(rand.NewPCG(seed, 1)).IntN})
			w.counts = counts
			w.walk(400)
		})
	}
	for _, kind := range []window.Decision{
		{}, {Outcome: window.OverLimit, Scope: window.Token}, {Outcome: window.OverLimit, Scope: window.Organization},
	} {
		require.Greater(t, counts[kind], 200, "too few to tell: %+v", kind)
	}
}

// twins decide the same batches in Redis and in memory.
type twins struct {
	*rig
	choices
	memory *window.Memory
	limits map[scopeID]window.Limit
	counts map[window.Decision]int
}

func newTwins(t *testing.T, s *redistest.Server, c choices) *twins {
	t.Helper()
	resolution := pick(c, 100*time.Millisecond, time.Second, 10*time.Second)
	return &twins{
		rig: newRig(t, s, resolution, resolution), choices: c, memory: window.NewMemory(resolution),
		limits: map[scopeID]window.Limit{},
	}
}

func (w *twins) walk(steps int) {
	for range steps {
		w.now += pick(w.choices, 0, 1, ms, 300*ms, sec-1, sec, int64(w.choose(int(5*sec))), hold-1, hold, hold+1)
		if w.choose(10) == 0 {
			w.now -= pick(w.choices, 1, sec, 5*sec)
		}
		w.compare(w.batch())
	}
}

// batch returns one that needs a window: the others don't get as far as Redis.
func (w *twins) batch() *window.Batch {
	for {
		b := &window.Batch{
			Organization: pick(w.choices, "a", "b"), Token: pick(w.choices, "", "x", "x", "y"),
			Spans: 1 + int64(w.choose(12)),
		}
		b.OrganizationLimit = w.limit(scopeID{b.Organization, ""})
		b.TokenLimit = w.limit(scopeID{b.Organization, b.Token})
		if _, ok := b.Unasked(); !ok {
			return b
		}
	}
}

func (w *twins) limit(id scopeID) window.Limit {
	if _, ok := w.limits[id]; !ok || w.choose(10) == 0 {
		w.limits[id] = pick[window.Limit](w.choices, 0, 3, 10, 10, 25, 25, 100, window.Unlimited)
	}
	return w.limits[id]
}

func (w *twins) compare(b *window.Batch) {
	want := w.memory.Decide(time.Duration(w.now)*time.Microsecond, *b)
	reply := w.do(&redislog.Call{
		Organization: b.Organization, Log: redislog.Log{Limit: b.OrganizationLimit},
		Tokens: []redislog.Token{{ID: b.Token, Log: redislog.Log{Limit: b.TokenLimit}, Batches: []int64{b.Spans}}},
	})
	require.Equal(w.t, want, decision(b, reply))
	want.Limit, want.RetryAfter = 0, 0
	w.counts[want]++
}

// decision is what a reply says of the only batch of a call.
func decision(b *window.Batch, r *redislog.Reply) window.Decision {
	scope := r.Tokens[0].Refusers[0]
	if scope == window.None {
		return window.Decision{}
	}
	d := window.Decision{Outcome: window.OverLimit, Scope: scope, Limit: b.OrganizationLimit}
	if scope == window.Token {
		d.Limit = b.TokenLimit
	}
	d.RetryAfter = max(wait(&r.Log, b.Spans, b.OrganizationLimit),
		wait(&r.Tokens[0].State, b.Spans, b.EffectiveTokenLimit()))
	return d
}

// wait returns after what time n spans fit.
func wait(s *redislog.State, n int64, limit window.Limit) time.Duration {
	excess, after := s.Total-(int64(limit)-n), time.Duration(0)
	for _, step := range s.Steps {
		if excess <= 0 {
			break
		}
		after = step.After
		excess -= step.Spans
	}
	return after
}
