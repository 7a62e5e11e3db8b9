// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/lockmap"
)

// Windows decides batches by windows that it shares with other collectors. Its methods are safe for concurrent use.
type Windows struct {
	Options
	store   Store
	monitor Monitor
	clock   func() time.Duration

	organizations lockmap.Map[organization]
	first         *node // until an organization's server is known, and the only one unless Redis is a cluster
	mu            sync.Mutex
	nodes         map[string]*node

	waiters waiters
	calls   sync.WaitGroup // lanes
	watches sync.WaitGroup // outages and beats
	done    chan struct{}  // closed when they are to end
}

// New returns the windows in a store. clock tells the monotonic time since any fixed moment; Decide is given the same.
func New(store Store, monitor Monitor, clock func() time.Duration, options Options) *Windows {
	w := &Windows{Options: options, store: store, monitor: monitor, clock: clock, done: make(chan struct{})}
	w.Replicas = max(w.Replicas, 1)
	w.first = newNode(w, "")
	w.nodes = map[string]*node{"": w.first}
	return w
}

// Start finds out in the background whether Redis is there. If it isn't that is told, and nothing else changes. From then
// on it looks after what Redis was told.
func (w *Windows) Start() {
	w.background(func() {
		for range 3 { // so often a circuit must fail to open
			w.first.probe()
		}
		w.beats()
	})
}

// Close refunds what is left of leases, charges what Redis has yet to know, and ends all that runs in the background. No
// decision may be under way or follow. It waits for Redis as calls do.
func (w *Windows) Close() {
	w.mu.Lock()
	close(w.done)
	w.mu.Unlock()
	w.watches.Wait()
	now := w.clock()
	w.each(func(o *organization) {
		for _, a := range o.tokens {
			o.end(a)
		}
		w.update(now, o)
	})
	w.calls.Wait()
}

// Decide admits b and charges it to both its scopes, or refuses it and charges neither. now is the time of the clock. It
// waits for Redis for Timeout at most.
func (w *Windows) Decide(now time.Duration, b window.Batch) window.Decision {
	if d, ok := b.Unasked(); ok {
		return d
	}
	e := w.lock(b.Organization)
	o := &e.Value
	a := o.account(&b)
	if d, ok := w.decideHere(now, o, a, &b); ok {
		e.Unlock()
		return d
	}
	if len(o.waiting) >= maxWaiting { // by no policy: Redis is well, and those who wait will use up what is left
		e.Unlock()
		return window.Decision{Outcome: window.Unknown}
	}
	waiter := w.waiters.get(a, &b, now+w.Timeout)
	o.waiting = append(o.waiting, waiter)
	w.watch(o, w.Timeout)
	w.ask(o)
	e.Unlock()
	return w.waiters.await(waiter)
}

// lock returns the entry of an organization, locked.
func (w *Windows) lock(organization string) *entry {
	e := w.organizations.Lock(organization)
	if o := &e.Value; o.entry == nil {
		o.entry, o.id, o.node = e, strings.Clone(organization), w.first
	}
	return e
}

// decideHere decides a batch that Redis need not or can't be asked about.
func (w *Windows) decideHere(now time.Duration, o *organization, a *account, b *window.Batch) (window.Decision, bool) {
	if w.isAlone(now, o) {
		return w.fallback(now, o, a, b), true
	}
	if o.spend(now, a, b) {
		a.demand.add(now, b.Spans, w.Resolution)
		o.admit(now, a, b, w.Resolution)
		return window.Decision{}, true
	}
	if d, ok := w.deny(now, o, a, b); ok {
		return d, true
	}
	a.demand.add(now, b.Spans, w.Resolution)
	return window.Decision{}, false
}

// serve answers a waiting batch that needs Redis no more.
func (w *Windows) serve(now time.Duration, o *organization, waiter *waiter) bool {
	a, b := waiter.account, &waiter.batch
	if o.spend(now, a, b) {
		o.admit(now, a, b, w.Resolution)
		waiter.answer(window.Decision{})
		return true
	}
	d, ok := w.deny(now, o, a, b)
	if ok {
		waiter.answer(d)
	}
	return ok
}

// deny refuses a batch that the shared windows would refuse for certain.
func (w *Windows) deny(now time.Duration, o *organization, a *account, b *window.Batch) (window.Decision, bool) {
	if w.without(DenyCache) {
		return window.Decision{}, false
	}
	return o.deny(now, a, b)
}

// isAlone reports whether an organization's batches are decided without Redis.
func (w *Windows) isAlone(now time.Duration, o *organization) bool {
	return now < o.settled || o.node.isAlone(now)
}

// fallback decides a batch without Redis.
func (w *Windows) fallback(now time.Duration, o *organization, a *account, b *window.Batch) window.Decision {
	switch w.Policy {
	case Reject:
		return window.Decision{Outcome: window.Unknown}
	case Local:
		if d, ok := o.alone(now, a, b, int64(w.Replicas)); ok {
			return d
		}
	}
	o.owe(now, a, b, w.Resolution)
	return window.Decision{}
}

// ask has a call made for an organization, unless one is under way: then what waits goes with the next.
func (w *Windows) ask(o *organization) {
	if !o.calling {
		o.calling = true
		o.node.push(o.entry)
	}
}

// update tells Redis what it has yet to know of an organization, if it can be told.
func (w *Windows) update(now time.Duration, o *organization) {
	o.forget(now)
	if o.due() && !o.node.isAlone(now) {
		w.ask(o)
	}
}

// Sweep forgets what doesn't matter at now any more, has what is left of leases refunded, and tells Redis what it has yet
// to know. It locks one organization at a time.
func (w *Windows) Sweep(now time.Duration) {
	w.organizations.Range(func(_ string, o *organization) bool {
		if o.entry == nil { // about to be used for the first time
			return true
		}
		w.update(now, o)
		return !o.idle(now)
	})
}

// each visits all organizations, one locked at a time.
func (w *Windows) each(visit func(*organization)) {
	w.organizations.Range(func(_ string, o *organization) bool {
		if o.entry != nil {
			visit(o)
		}
		return true
	})
}

// Len returns the number of organizations and tokens that something is known of.
func (w *Windows) Len() int {
	n := 0
	w.organizations.Range(func(_ string, o *organization) bool {
		n += 1 + len(o.tokens)
		return true
	})
	return n
}

func (w *Windows) without(m Means) bool { return w.Without&m != 0 }

// home returns the server that holds an organization's windows.
func (w *Windows) home(ctx context.Context, e *entry) (*node, error) {
	name, err := w.store.Node(ctx, e.Value.id)
	if err != nil || name == "" {
		return w.first, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	n := w.nodes[name]
	if n == nil {
		n = newNode(w, name)
		w.nodes[name] = n
	}
	return n, nil
}
