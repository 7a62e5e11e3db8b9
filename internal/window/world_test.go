// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package window

import (
	"slices"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// world drives a Memory with random decisions and judges each by ledgers of its own.
type world struct {
	t          require.TestingT
	choose     func(n int) int // from 0 to n-1
	m          *Memory
	resolution time.Duration
	clock, now time.Duration // now, which is passed in, may have been read before others decided
	swept      time.Duration
	limits     map[scopeID]Limit
	ledgers    map[scopeID]ledger
}

// scopeID names a token, or an organization if token is empty.
type scopeID struct{ organization, token string }

func newWorld(t require.TestingT, choose func(n int) int) *world {
	w := &world{t: t, choose: choose, limits: map[scopeID]Limit{}, ledgers: map[scopeID]ledger{}}
	w.resolution = pick(w, 100*ms, 300*ms, 1*sec, 7*sec, 10*sec)
	w.m = NewMemory(w.resolution)
	return w
}

func pick[T any](w *world, values ...T) T { return values[w.choose(len(values))] }

// step lets time pass, sometimes sweeps or changes a limit, and decides one batch.
func (w *world) step() {
	w.clock += pick(w, 0, 0, 1, 1*ms, w.resolution/3, w.resolution-1, w.resolution, w.resolution+1,
		time.Duration(w.choose(int(10*sec))), Hold-w.resolution, Hold-1, Hold, Hold+1, Hold+w.resolution)
	w.now = max(0, w.clock-pick(w, 0, 0, 0, 0, 0, 1, 20*ms, 3*sec))
	if w.choose(8) == 0 {
		w.swept = max(w.swept, w.now)
		w.m.Sweep(w.now)
	}
	w.decide(w.batch())
}

// batch returns what an adversary may send: often all that must still fit, or one span more.
func (w *world) batch() Batch {
	b := Batch{Organization: pick(w, "a", "a", "b"), Token: pick(w, "", "x", "x", "y", "z")}
	rest := int64(1 << 40)
	for _, id := range []scopeID{{b.Organization, ""}, {b.Organization, b.Token}} {
		w.editLimit(id)
		rest = min(rest, int64(w.limits[id])-w.ledgers[id].since(w.now-Hold))
	}
	b.OrganizationLimit = w.limits[scopeID{b.Organization, ""}]
	b.TokenLimit = w.limits[scopeID{b.Organization, b.Token}]
	if b.Token == "" {
		b.TokenLimit = pick(w, 0, 1, Unlimited)
	}
	b.Spans = pick(w, 1, 1, 2, int64(w.choose(12)), rest, rest, rest+1)
	return b
}

// editLimit gives a scope a limit, and another now and then.
func (w *world) editLimit(id scopeID) {
	if _, ok := w.limits[id]; !ok || w.choose(30) == 0 {
		w.limits[id] = pick(w, 0, 1, 2, 10, 10, 10, 25, 25, 100, Unlimited)
	}
}

func (w *world) decide(b Batch) {
	before := held(w.m)
	d := w.m.Decide(w.now, b)
	switch want := withoutWindow(b); {
	case want != nil:
		require.Equal(w.t, *want, d)
		require.Equal(w.t, before, held(w.m))
	case d.Outcome == Admitted:
		require.Equal(w.t, Decision{}, d)
		w.charge(scopeID{b.Organization, ""}, b.OrganizationLimit, b.Spans)
		if b.Token != "" {
			w.charge(scopeID{b.Organization, b.Token}, b.TokenLimit, b.Spans)
		}
	default:
		require.Equal(w.t, OverLimit, d.Outcome)
		require.Equal(w.t, before, held(w.m), "a refusal changed a window")
		w.judgeRefusal(b, d)
	}
	for _, l := range logs(w.m) {
		wellFormed(w.t, &l, w.resolution)
	}
}

// charge enters an admission into its ledger, dated as the package promises: at the clock at the latest.
func (w *world) charge(id scopeID, limit Limit, n int64) {
	if limit == Unlimited {
		return
	}
	at := max(w.now, w.swept, w.ledgers[id].last())
	require.LessOrEqual(w.t, at, w.clock)
	w.ledgers[id] = append(w.ledgers[id], charge{at, n})
	require.LessOrEqual(w.t, w.ledgers[id].since(at-Hold), int64(limit), "over the limit within %v", Length)
}

func (w *world) judgeRefusal(b Batch, d Decision) {
	id := scopeID{b.Organization, ""}
	if d.Scope == Token {
		id.token = b.Token
	}
	now := max(w.now, w.swept)
	since := now - Hold - w.resolution
	require.Greater(w.t, w.ledgers[id].since(since)+b.Spans, int64(d.Limit), "refused for nothing")
	require.Equal(w.t, w.limits[id], d.Limit)

	alone := b
	alone.OrganizationLimit = Unlimited
	require.Equal(w.t, d.Scope == Token, w.later(now, alone).Outcome == OverLimit, "token goes first")

	require.Positive(w.t, d.RetryAfter)
	require.LessOrEqual(w.t, d.RetryAfter, Hold+w.resolution+w.clock-now)
	require.Equal(w.t, Admitted, w.later(now+d.RetryAfter, b).Outcome, "refused after RetryAfter")
	for _, early := range []time.Duration{1, min(1*ms, d.RetryAfter)} {
		again := w.later(now+d.RetryAfter-early, b)
		require.Equal(w.t, OverLimit, again.Outcome, "admitted before RetryAfter")
		require.Equal(w.t, early, again.RetryAfter)
	}
	smaller := b
	smaller.Spans = 1 + int64(w.choose(int(b.Spans)))
	require.LessOrEqual(w.t, w.later(now, smaller).RetryAfter, d.RetryAfter, "fewer spans wait longer")
}

// later decides on a copy.
func (w *world) later(at time.Duration, b Batch) Decision {
	return restore(held(w.m), w.resolution, w.m.swept.Load()).Decide(at, b)
}

// withoutWindow returns the decision on a batch that no window has a say in, and nil for others.
func withoutWindow(b Batch) *Decision {
	if b.Spans <= 0 {
		return &Decision{}
	}
	limits := []Decision{{Scope: Token, Limit: b.TokenLimit}, {Scope: Organization, Limit: b.OrganizationLimit}}
	if b.Token == "" {
		limits = limits[1:]
	}
	if i := slices.IndexFunc(limits, func(d Decision) bool { return d.Limit == 0 }); i >= 0 {
		return &Decision{ZeroLimit, limits[i].Scope, 0, 0}
	}
	if i := slices.IndexFunc(limits, func(d Decision) bool { return int64(d.Limit) < b.Spans }); i >= 0 {
		return &Decision{TooLarge, limits[i].Scope, limits[i].Limit, 0}
	}
	return nil
}

// wellFormed checks what holds for a log at any time.
func wellFormed(t assert.TestingT, l *Log, resolution time.Duration) {
	total, last := l.newest.count, time.Duration(-1)
	for _, e := range l.sealed {
		assert.Positive(t, e.count)
		assert.Greater(t, e.last, last)
		total, last = total+e.count, e.last
	}
	assert.Equal(t, total, l.total)
	if l.newest.count > 0 {
		assert.Greater(t, l.newest.first, last)
		assert.GreaterOrEqual(t, l.newest.last, l.newest.first)
		assert.Less(t, l.newest.last-l.newest.first, resolution)
	}
	assert.LessOrEqual(t, len(l.sealed)+1, int(Hold/resolution)+2)
}
