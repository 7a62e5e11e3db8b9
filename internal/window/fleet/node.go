// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/sony/gobreaker/v2"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// node is a server: a queue of organizations that have something to ask it, and a circuit that opens when it fails.
type node struct {
	windows *Windows
	name    string
	circuit *gobreaker.TwoStepCircuitBreaker[any]

	// alone is until when batches are decided without the server: never is it while the circuit is open.
	alone atomic.Int64

	// recent is the organization of the last call that was run.
	recent atomic.Pointer[entry]

	// row is how many pipelines failed in a row, however long that took: the circuit's own count begins anew every second,
	// and the calls of one pipeline share a connection's fate.
	row atomic.Int32

	mu       sync.Mutex
	ready    []*entry // each with calling set, once
	running  int      // lanes
	attended bool     // by an outage
	why      error    // the last failure
	verified time.Duration
}

const forever = math.MaxInt64

func newNode(w *Windows, name string) *node {
	n := &node{windows: w, name: name}
	n.circuit = gobreaker.NewTwoStepCircuitBreaker[any](gobreaker.Settings{
		Name:     name,
		Interval: max(time.Second, 10*w.Timeout), // failures that take a timeout each are to come within it
		Timeout:  probeInterval / 2,              // probes come by their own clock
		ReadyToTrip: func(c gobreaker.Counts) bool {
			return n.row.Load() >= 3 || (c.Requests >= 20 && 2*c.TotalFailures >= c.Requests)
		},
		OnStateChange: func(_ string, _, to gobreaker.State) {
			if to == gobreaker.StateOpen {
				n.alone.Store(forever)
			}
		},
		IsExcluded: func(err error) bool { return errors.Is(err, errNothing) || organizational(err) },
	})
	return n
}

// errNothing tells the circuit that no call was made after all. It would take a success for the server's return.
var errNothing = errors.New("nothing to ask")

// organizational reports whether an error is about one organization only, and says nothing of the server: its keys are
// being moved to another one, or something else is under a key.
func organizational(err error) bool {
	return redis.HasErrorPrefix(err, "TRYAGAIN") || redis.HasErrorPrefix(err, "WRONGTYPE")
}

// isAlone reports whether batches are decided without the server.
func (n *node) isAlone(now time.Duration) bool {
	return int64(now) < n.alone.Load()
}

// push queues an organization.
func (n *node) push(e *entry) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.ready = append(n.ready, e)
	if n.running < lanes {
		n.running++
		n.windows.calls.Go(n.lane)
	}
}

// requeue queues organizations for the lane that calls it, or one that is quicker.
func (n *node) requeue(entries []*entry) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.ready = append(n.ready, entries...)
}

// lane makes calls until there is nothing to ask.
func (n *node) lane() {
	l := lane{node: n}
	for l.take() {
		l.run()
		n.requeue(l.again)
	}
}

// lane makes one pipeline after the other.
type lane struct {
	node    *node
	probing bool // calls are made though there is nothing to ask
	entries []*entry
	commits []*commit // each is used again

	calls   []*redislog.Call
	replies []*redislog.Reply
	asking  []*commit
	reports []func(error)
	again   []*entry // that have more to ask
}

// take takes organizations from the queue. If there are none the lane ends.
func (l *lane) take() bool {
	n := l.node
	n.mu.Lock()
	defer n.mu.Unlock()
	some := min(len(n.ready), pipelined)
	if some == 0 {
		n.running--
		return false
	}
	l.entries = append(l.entries[:0], n.ready[:some]...)
	n.ready = slices.Delete(n.ready, 0, some)
	return true
}

// run makes one pipeline of calls, one for each organization.
func (l *lane) run() {
	w := l.node.windows
	l.prepareAll()
	if len(l.asking) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), w.Timeout)
	defer cancel()
	asked := w.clock()
	for _, c := range l.asking {
		c.asked = asked
	}
	errs := w.store.Do(ctx, l.calls, l.replies)
	received := w.clock()
	lost := false
	l.node.count(errs)
	for i, c := range l.asking {
		l.node.report(l.verdict(errs[i]), received-asked, l.reports[i])
		lost = l.finish(c, errs[i], received) || lost
	}
	if lost {
		l.node.verify(received)
	}
}

func (l *lane) prepareAll() {
	ctx, cancel := context.WithTimeout(context.Background(), l.node.windows.Timeout)
	defer cancel()
	l.reset()
	for _, e := range l.entries {
		l.prepare(ctx, e)
	}
}

// verdict returns what a call's outcome says of the server. A probe that was answered found it well, even if the
// organization isn't: else that organization alone could keep all others from returning.
func (l *lane) verdict(err error) error {
	if l.probing && organizational(err) {
		return nil
	}
	return err
}

func (l *lane) reset() {
	l.calls, l.replies, l.asking = l.calls[:0], l.replies[:0], l.asking[:0]
	l.reports, l.again = l.reports[:0], l.again[:0]
}

// prepare adds the call of an organization, hands it over to another server that holds it, or decides without Redis.
func (l *lane) prepare(ctx context.Context, e *entry) {
	n, w := l.node, l.node.windows
	c := l.commit(e)
	home, err := w.home(ctx, e)
	if err == nil && home != n {
		e.Lock()
		e.Value.node = home
		e.Unlock()
		home.push(e)
		return
	}
	report, closed := n.circuit.Allow()
	if closed != nil {
		l.giveUp(c)
		return
	}
	if err != nil {
		n.count([]error{err})
		n.report(err, 0, report)
		l.giveUp(c)
		return
	}
	if l.make(c) {
		l.calls, l.replies = append(l.calls, &c.call), append(l.replies, &c.reply)
		l.asking, l.reports = append(l.asking, c), append(l.reports, report)
	} else {
		report(errNothing)
	}
	c.wake()
}

// make makes the call of an organization, and reports whether there is anything to ask.
func (l *lane) make(c *commit) bool {
	c.entry.Lock()
	defer c.entry.Unlock()
	if c.make(l.node.windows.clock()) || l.probing {
		return true
	}
	c.finish()
	c.entry.Value.calling = false
	return false
}

// commit returns the next free commit.
func (l *lane) commit(e *entry) *commit {
	used := len(l.asking)
	if used == len(l.commits) {
		l.commits = append(l.commits, &commit{windows: l.node.windows, lease: l.node.windows.Resolution})
	}
	l.commits[used].entry = e
	return l.commits[used]
}

// giveUp decides without Redis all that waits.
func (l *lane) giveUp(c *commit) {
	c.entry.Lock()
	o := &c.entry.Value
	c.received = l.node.windows.clock()
	c.waiters = append(c.waiters, o.waiting...)
	o.waiting = empty(o.waiting)
	c.decideAlone(o)
	o.calling = false
	c.entry.Unlock()
	c.wake()
}

// finish takes in the outcome of a call, and reports whether Redis has lost a log. The organization goes on at once if
// more waits; after a failure only those who wait make another call.
func (l *lane) finish(c *commit, err error, received time.Duration) (lost bool) {
	o := &c.entry.Value
	c.entry.Lock()
	if err == nil {
		lost = !c.succeed(received)
		l.node.recent.Store(c.entry)
		o.calling = o.due()
	} else {
		c.fail(received)
		o.calling = len(o.waiting) > 0
	}
	if o.calling {
		l.again = append(l.again, c.entry)
	}
	c.entry.Unlock()
	c.wake()
	return lost
}

// count counts the failures in a row. One answer in a pipeline ends the row.
func (n *node) count(errs []error) {
	failed := false
	for _, err := range errs {
		if err == nil {
			n.row.Store(0)
			return
		}
		failed = failed || !organizational(err)
	}
	if failed {
		n.row.Add(1)
	}
}

// report tells circuit and monitor the outcome of a call.
func (n *node) report(err error, took time.Duration, circuit func(error)) {
	n.windows.monitor.Called(err, took)
	if err != nil && !organizational(err) {
		n.mu.Lock()
		n.why = err
		n.mu.Unlock()
	}
	circuit(err)
	if n.circuit.State() != gobreaker.StateClosed {
		n.attend()
	}
}
