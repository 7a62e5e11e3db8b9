// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"sync"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// waiter is a batch that waits for Redis. The organization's lock guards it.
type waiter struct {
	batch   window.Batch
	account *account

	section, place int // of the batch in the call that asks about it

	state    waiterState
	decision window.Decision
	done     chan struct{} // has an element when the state became answered
	timer    *time.Timer
}

type waiterState uint8

const (
	queued   waiterState = iota
	asked                // in a call that is under way
	answered             // has its decision
	gone                 // decided without Redis, since its time was over
)

var waiters = sync.Pool{New: func() any {
	t := time.NewTimer(time.Hour)
	t.Stop()
	return &waiter{done: make(chan struct{}, 1), timer: t}
}}

func newWaiter(a *account, b *window.Batch) *waiter {
	w := waiters.Get().(*waiter)
	w.batch, w.account, w.state, w.decision = *b, a, queued, window.Decision{}
	return w
}

// free gives the waiter back once nobody else can have it.
func (w *waiter) free() {
	w.batch, w.account = window.Batch{}, nil
	waiters.Put(w)
}

// answer ends the wait.
func (w *waiter) answer(d window.Decision) {
	if w.state == gone {
		return
	}
	w.state, w.decision = answered, d
	w.done <- struct{}{}
}
