// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// sampling is how many decisions one is timed of: reading the clock twice costs as much as a fast decision.
const sampling = 16

// load is a workload, ready to be put on one limiter after the other.
type load struct {
	workload
	workers []*worker
}

// outcome is what a limiter did under load.
type outcome struct {
	decisions, admitted int64
	elapsed             time.Duration
	latencies           *histogram
}

func newLoad(w workload) *load {
	all := w.identities()
	l := &load{workload: w}
	for i := range w.goroutines {
		l.workers = append(l.workers, &worker{n: w.n, sequence: w.sequence(i, all)})
	}
	return l
}

// put has all workers ask for the given time. It ends early at the first error, and with the context, of which not every
// limiter takes notice.
func (l *load) put(ctx context.Context, on limiter, duration time.Duration) (outcome, error) {
	var stopped atomic.Bool
	stop := func() { stopped.Store(true) }
	defer time.AfterFunc(duration, stop).Stop()
	defer context.AfterFunc(ctx, stop)()
	var running sync.WaitGroup
	start := time.Now()
	for _, w := range l.workers {
		running.Go(func() { w.ask(ctx, on, &stopped) })
	}
	running.Wait()
	return l.outcome(time.Since(start))
}

func (l *load) outcome(elapsed time.Duration) (outcome, error) {
	sum := outcome{elapsed: elapsed, latencies: &histogram{}}
	var err error
	for _, w := range l.workers {
		sum.decisions += w.decisions
		sum.admitted += w.admitted
		sum.latencies.merge(&w.latencies)
		err = cmp.Or(err, w.err)
	}
	return sum, err
}

// worker is a goroutine that asks for one batch after the other.
type worker struct {
	n        int
	sequence []*identity

	decisions, admitted int64
	latencies           histogram
	err                 error
}

func (w *worker) ask(ctx context.Context, l limiter, stopped *atomic.Bool) {
	w.decisions, w.admitted, w.latencies, w.err = 0, 0, histogram{}, nil
	for !stopped.Load() && w.err == nil {
		if w.decisions%sampling == 0 {
			start := time.Now()
			w.askOnce(ctx, l)
			w.latencies.add(time.Since(start))
		} else {
			w.askOnce(ctx, l)
		}
	}
	if w.err != nil {
		stopped.Store(true)
	}
}

func (w *worker) askOnce(ctx context.Context, l limiter) {
	who := w.sequence[w.decisions%sequenceLength]
	admitted, err := l.decide(ctx, who.organization, who.token, w.n)
	w.decisions++
	if admitted {
		w.admitted++
	}
	w.err = err
}
