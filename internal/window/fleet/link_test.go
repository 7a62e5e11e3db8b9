// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// link is a collector's connection to the server. It delays and loses what chance will have it.
type link struct {
	t      assert.TestingT
	server *server
	faults faults
	home   func(organization string) (string, error) // nil for one server
	fails  func(organization string) error           // nil if no call does
	state  atomic.Int32                              // well, down and so on

	mu       sync.Mutex
	random   *rand.Rand
	underway map[string]bool
	sent     func(calls []*redislog.Call) // told of each round trip
	trips    atomic.Int64
}

// faults are what may happen to a round trip. All but delay are probabilities.
type faults struct {
	delay       time.Duration // at most, one way
	least       time.Duration // of delay
	refused     float64       // fails at once
	lostRequest float64
	lateRequest float64 // arrives when the caller has given up
	lostReply   float64
	broken      float64 // the connection breaks amid the calls
}

// The states of a link.
const (
	well    int32 = iota
	down          // refuses connections
	stopped       // requests reach the server only later
	silent        // requests are lost
	slow          // answers take half a second
)

var errRefused = errors.New("connection refused")

func newLink(t assert.TestingT, s *server, seed uint64, f faults) *link {
	return &link{t: t, server: s, faults: f, random: newRand(seed), underway: map[string]bool{}}
}

// Node implements Store.
func (l *link) Node(_ context.Context, organization string) (string, error) {
	if l.home == nil {
		return "", nil
	}
	return l.home(organization)
}

// Refresh implements Store.
func (*link) Refresh(context.Context) {}

// Ping implements Store.
func (l *link) Ping(ctx context.Context) error {
	return l.travel(ctx, l.draw(0), func() {}, func() {})
}

// Do implements Store.
func (l *link) Do(ctx context.Context, calls []*redislog.Call, replies []*redislog.Reply) []error {
	l.begin(calls)
	defer l.end(calls)
	sent := make([]*redislog.Call, len(calls))
	for i, c := range calls {
		sent[i] = clone(c)
	}
	trip, answered := l.draw(len(calls)), false
	err := l.travel(ctx, trip, func() {
		for i, c := range sent[:trip.calls] {
			if answered {
				l.server.run(c, new(redislog.Reply)) // nobody waits for it any more
			} else {
				l.server.run(c, replies[i])
			}
		}
	}, func() { answered = true })
	errs := make([]error, len(calls))
	for i := range errs {
		if errs[i] = err; err == nil && i >= trip.calls {
			errs[i] = errRefused
		} else if err == nil && l.fails != nil {
			errs[i] = l.fails(calls[i].Organization)
		}
	}
	return errs
}

// trip is what happens to a round trip.
type trip struct {
	there, back time.Duration
	refused     bool
	lost        bool // the request
	calls       int  // that are run
}

func (l *link) draw(calls int) trip {
	l.mu.Lock()
	defer l.mu.Unlock()
	r, f := l.random, &l.faults
	t := trip{there: l.delay(), back: l.delay(), calls: calls}
	t.refused = r.Float64() < f.refused
	t.lost = r.Float64() < f.lostRequest
	if r.Float64() < f.lateRequest {
		t.there += late
	}
	if r.Float64() < f.lostReply {
		t.back = time.Hour
	}
	if calls > 0 && r.Float64() < f.broken {
		t.calls = r.IntN(calls)
	}
	switch l.state.Load() {
	case down:
		t.refused = true
	case stopped:
		t.there += late
	case silent:
		t.lost = true
	case slow:
		t.there += 250 * time.Millisecond
		t.back += 250 * time.Millisecond
	}
	return t
}

// late is by how much a request may come too late: its collector has given up before.
const late = 150 * time.Millisecond

// delay draws one way's delay: mostly short ones, so that the long ones are overtaken.
func (l *link) delay() time.Duration {
	x := l.random.Float64()
	return l.faults.least + time.Duration(x*x*float64(l.faults.delay-l.faults.least))
}

// travel has a request run on the server unless it is lost, and returns when the answer is there or the caller's time
// is over, whichever is first.
func (l *link) travel(ctx context.Context, t trip, run, answered func()) error {
	if t.refused {
		return errRefused
	}
	deadline, _ := ctx.Deadline()
	left := time.Until(deadline)
	if t.lost || t.there >= left {
		answered()
		if !t.lost {
			time.AfterFunc(t.there, run)
		}
		<-ctx.Done()
		return ctx.Err()
	}
	time.Sleep(t.there)
	run()
	answered()
	if t.there+t.back >= left {
		<-ctx.Done()
		return ctx.Err()
	}
	time.Sleep(t.back)
	return nil
}

// begin checks what holds for all calls.
func (l *link) begin(calls []*redislog.Call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.trips.Add(1)
	assert.LessOrEqual(l.t, len(calls), pipelined)
	for _, c := range calls {
		assert.False(l.t, l.underway[c.Organization], "two calls of an organization at once")
		l.underway[c.Organization] = true
		l.check(c)
	}
	if l.sent != nil {
		l.sent(calls)
	}
}

func (l *link) check(c *redislog.Call) {
	assert.LessOrEqual(l.t, len(c.Tokens), redislog.MaxTokens)
	batches, ids := 0, map[string]bool{}
	for i := range c.Tokens {
		t := &c.Tokens[i]
		assert.False(l.t, ids[t.ID], "a token twice in a call")
		ids[t.ID] = true
		batches += len(t.Batches)
		for _, n := range t.Batches {
			assert.LessOrEqual(l.t, n, min(int64(t.Log.Limit), int64(c.Log.Limit)))
		}
		assert.GreaterOrEqual(l.t, t.Refund.Spans, int64(0))
	}
	assert.LessOrEqual(l.t, batches, redislog.MaxBatches)
	if batches == 0 {
		return
	}
	assert.NotEqual(l.t, window.Limit(0), c.Log.Limit)
}

func (l *link) end(calls []*redislog.Call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range calls {
		delete(l.underway, c.Organization)
	}
}
