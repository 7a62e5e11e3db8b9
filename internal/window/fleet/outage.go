// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"context"
	"time"

	"github.com/sony/gobreaker/v2"
)

// attend sees to the return of a server whose circuit is open, if nobody does yet.
func (n *node) attend() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.attended || !n.windows.background(n.outage) {
		return
	}
	n.attended = true
	n.windows.monitor.Away(n.name, n.why)
}

// outage tries one call at a time until the server answers, and then lets every collector settle: all charge what they
// admitted, before any spends what is left.
func (n *node) outage() {
	for n.windows.pause(probeInterval) {
		n.probe()
		if n.circuit.State() == gobreaker.StateClosed && n.settle() {
			return
		}
	}
}

// settle charges what was admitted in the meantime, and reports whether the server was well while that lasted.
func (n *node) settle() bool {
	until := int64(n.windows.clock() + settling)
	n.alone.Store(until)
	if n.circuit.State() != gobreaker.StateClosed {
		n.alone.Store(forever)
		return false
	}
	n.update()
	// The circuit may have opened and closed again meanwhile: then this begins anew.
	if !n.windows.pause(settling) || !n.settled(until) {
		return false
	}
	n.update()
	n.windows.monitor.Back(n.name)
	n.mu.Lock()
	n.attended = false
	n.mu.Unlock()
	if !n.settled(until) { // since it was last looked at, and nobody else attends
		n.attend()
	}
	return true
}

// settled reports whether the circuit was closed all the time since alone was set.
func (n *node) settled(until int64) bool {
	return n.alone.Load() == until && n.circuit.State() == gobreaker.StateClosed
}

// verify looks after all logs that this collector has admitted spans of the past minute to, since Redis has lost one of
// them: it would learn of the others by their next batch only, and the rest of the fleet would spend those spans again.
func (n *node) verify(now time.Duration) {
	n.mu.Lock()
	again := n.verified != 0 && now < n.verified+settling
	if !again {
		n.verified = now
	}
	n.mu.Unlock()
	if again {
		return
	}
	n.windows.monitor.Lost(n.name)
	n.update()
}

// update charges what was admitted without the server, and finds out what the server has lost.
func (n *node) update() {
	now := n.windows.clock()
	n.windows.each(func(o *organization) {
		if o.node != n {
			return
		}
		o.verify(now)
		if o.due() {
			n.windows.ask(o)
		}
	})
}

// probe makes one call, for an organization of this server if there is any.
func (n *node) probe() {
	ctx, cancel := context.WithTimeout(context.Background(), n.windows.Timeout)
	defer cancel()
	n.windows.store.Refresh(ctx)
	if e := n.resident(ctx); e != nil {
		l := lane{node: n, probing: true, entries: []*entry{e}}
		l.run()
		for _, e := range l.again {
			n.push(e)
		}
		return
	}
	report, closed := n.circuit.Allow()
	if closed != nil {
		return
	}
	began := n.windows.clock()
	err := n.windows.store.Ping(ctx)
	n.count([]error{err})
	n.report(err, n.windows.clock()-began, report)
}

// resident returns an organization of this server that no call is made for, nil if there is none, and has one made for
// it. Those that have moved to another server by now settle there, since others may have moved earlier.
func (n *node) resident(ctx context.Context) *entry {
	var found *entry
	owes := false
	now := n.windows.clock()
	n.windows.each(func(o *organization) {
		if o.node != n || o.calling {
			return
		}
		if home, err := n.windows.home(ctx, o.entry); err == nil && home != n {
			o.node, o.settled = home, now+settling
			n.windows.update(now, o)
			return
		}
		if found == nil || (!owes && o.due()) {
			found, owes = o.entry, o.due()
		}
	})
	if found == nil || !claim(found) {
		return nil
	}
	return found
}

// claim reserves the next call of an organization, unless one is under way.
func claim(e *entry) bool {
	e.Lock()
	defer e.Unlock()
	free := !e.Value.calling
	e.Value.calling = true
	return free
}

// background runs a task that ends when the windows are closed, unless they are.
func (w *Windows) background(task func()) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closing() {
		return false
	}
	w.watches.Go(task)
	return true
}

// pause waits, and reports false if the windows are closed meanwhile.
func (w *Windows) pause(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-w.done:
		return false
	case <-timer.C:
		return !w.closing()
	}
}

func (w *Windows) closing() bool {
	select {
	case <-w.done:
		return true
	default:
		return false
	}
}
