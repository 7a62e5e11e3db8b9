// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"sync"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// waiter is a batch that waits for Redis. The organization's lock guards it until it is woken.
type waiter struct {
	batch   window.Batch
	account *account
	due     time.Duration // when it is decided without Redis

	section, place int // of the batch in the call that asks about it

	state    waiterState
	decision window.Decision
	woken    chan struct{} // has an element when there is a decision
}

type waiterState uint8

const (
	waiting  waiterState = iota
	answered             // has its decision
	gone                 // has one, since its time was over: but a call may still ask about it
)

// waiters are used again and again.
type waiters struct{ pool sync.Pool }

func (p *waiters) get(a *account, b *window.Batch, due time.Duration) *waiter {
	w, ok := p.pool.Get().(*waiter)
	if !ok {
		w = &waiter{woken: make(chan struct{}, 1)}
	}
	w.batch, w.account, w.due, w.state = *b, a, due, waiting
	return w
}

// await returns the decision, once there is one.
func (p *waiters) await(w *waiter) window.Decision {
	<-w.woken
	d := w.decision
	if w.state == answered { // then nobody else has it
		w.batch, w.account = window.Batch{}, nil
		p.pool.Put(w)
	}
	return d
}

// answer decides the batch, unless its time was over already. The caller wakes it.
func (w *waiter) answer(d window.Decision) {
	if w.state == waiting {
		w.state, w.decision = answered, d
	}
}
