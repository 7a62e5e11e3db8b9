// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// collector is one of a fleet.
type collector struct {
	*Windows
	link   *link
	events events
	clock  func() time.Duration

	patience time.Duration // the timeout, by the clock of the test
}

// events counts what a collector's monitor is told.
type events struct{ failed, called, leased, away, back, lost atomic.Int64 }

func (e *events) Called(err error, _ time.Duration) {
	e.called.Add(1)
	if err != nil {
		e.failed.Add(1)
	}
}
func (e *events) Leased(n int64)     { e.leased.Add(n) }
func (e *events) Away(string, error) { e.away.Add(1) }
func (e *events) Back(string)        { e.back.Add(1) }
func (e *events) Lost(string)        { e.lost.Add(1) }

// newCollector returns a collector whose clock began at any time, and runs at a rate.
func newCollector(l *link, o Options, rate float64) *collector {
	began := time.Now()
	c := &collector{link: l, patience: o.Timeout}
	if rate < 1 {
		c.patience = time.Duration(float64(o.Timeout)/rate) + time.Microsecond
	}
	c.clock = func() time.Duration { return time.Duration(float64(time.Since(began)) * rate) }
	c.Windows = New(l, &c.events, c.clock, o)
	return c
}

// crash ends a collector without a farewell: nothing that it still does reaches the server.
func (c *collector) crash() {
	c.link.state.Store(down)
}

// fleet is all collectors, and what they admitted.
type fleet struct {
	t          assert.TestingT
	server     *server
	options    Options
	began      time.Time
	collectors []*collector
	background sync.WaitGroup // decisions

	mu       sync.Mutex
	ledgers  map[scopeID]*ledger
	outcomes [5]int64
	spans    [5]int64
	slowest  time.Duration
}

// newFleet returns a fleet without collectors.
func newFleet(t assert.TestingT, o Options) *fleet {
	return &fleet{t: t, server: newServer(o.Resolution), options: o, began: time.Now(), ledgers: map[scopeID]*ledger{}}
}

func (f *fleet) now() time.Duration { return time.Since(f.began) }

func (f *fleet) join(seed uint64, faults faults, rate float64) *collector {
	c := newCollector(newLink(f.t, f.server, seed, faults), f.options, rate)
	f.collectors = append(f.collectors, c)
	return c
}

func (f *fleet) ledger(id scopeID) *ledger {
	f.mu.Lock()
	defer f.mu.Unlock()
	g := f.ledgers[id]
	if g == nil {
		g = new(ledger)
		f.ledgers[id] = g
	}
	return g
}

// decide has a collector decide a batch, and records an admission.
func (f *fleet) decide(c *collector, b window.Batch) window.Decision {
	from := f.now()
	d := c.Decide(c.clock(), b)
	to := f.now()
	f.mu.Lock()
	f.outcomes[d.Outcome]++
	f.spans[d.Outcome] += b.Spans
	f.slowest = max(f.slowest, to-from)
	f.mu.Unlock()
	assert.LessOrEqual(f.t, to-from, c.patience, "waited too long")
	if d.Outcome == window.Admitted && b.Spans > 0 {
		f.admitted(b, admission{from: from, to: to, spans: b.Spans})
	}
	return d
}

func (f *fleet) admitted(b window.Batch, a admission) {
	if a.limit = b.OrganizationLimit; a.limit != window.Unlimited {
		f.ledger(scopeID{b.Organization, ""}).add(a)
	}
	if a.limit = b.EffectiveTokenLimit(); a.limit != window.Unlimited {
		f.ledger(scopeID{b.Organization, b.Token}).add(a)
	}
}

// send decides in the background.
func (f *fleet) send(c *collector, b window.Batch) {
	f.background.Go(func() { f.decide(c, b) })
}

// close ends all collectors. The bubble sees whether something goes on.
func (f *fleet) close() {
	f.background.Wait()
	for _, c := range f.collectors {
		c.Close()
	}
}

// calls returns the script calls made.
func (f *fleet) calls() int64 {
	sum := int64(0)
	for _, c := range f.collectors {
		sum += c.events.called.Load()
	}
	return sum
}

// decisions returns the number of decisions made.
func (f *fleet) decisions() int64 {
	sum := int64(0)
	for _, n := range f.outcomes {
		sum += n
	}
	return sum
}
