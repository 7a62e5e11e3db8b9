// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package usage

import (
	"context"
	"sync"
	"time"
)

const (
	// Every is how often what was counted is stored. A minute has a whole number of them.
	Every = 5 * time.Second

	// patience bounds a call of the store, so that the next one isn't late and counts for the wrong minute.
	patience = 4 * time.Second
)

// Recorder takes what meters have counted, every five seconds by the wall clock, to a store.
type Recorder struct {
	store  Store
	now    func() time.Time
	told   func(error)
	ctx    context.Context
	cancel context.CancelFunc
	ticks  sync.WaitGroup

	mu     sync.Mutex
	queued []*Meter // those that have counted something since the last time
}

// NewRecorder returns a Recorder. told is called with the outcome of each call of the store.
func NewRecorder(store Store, now func() time.Time, told func(error)) *Recorder {
	r := &Recorder{store: store, now: now, told: told}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	return r
}

// Meter returns a new meter for a token with its secrets. A token may have several: when its record changes, requests
// under way count into the old one. It is known to the recorder only while there is something to store, so nobody needs
// to give it back.
func (r *Recorder) Meter(token Subject, secrets []SecretKey) *Meter {
	return &Meter{recorder: r, subject: token, secrets: secrets}
}

func (r *Recorder) enqueue(m *Meter) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.queued = append(r.queued, m)
}

// Start begins to store.
func (r *Recorder) Start() {
	r.ticks.Go(func() {
		for r.wait() {
			// What was counted up to this moment belongs to the five seconds before it.
			r.record(r.ctx, r.now().Truncate(Every).Add(-1))
		}
	})
}

// wait returns at the next multiple of five seconds, or false at the end.
func (r *Recorder) wait() bool {
	now := r.now()
	timer := time.NewTimer(now.Truncate(Every).Add(Every).Sub(now))
	defer timer.Stop()
	select {
	case <-r.ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// Shutdown stores what was counted last, and closes the store. It may come without Start.
func (r *Recorder) Shutdown(ctx context.Context) error {
	r.cancel()
	r.ticks.Wait()
	r.record(ctx, r.now())
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return r.store.Close(ctx)
}

// record stores what was counted since the last time, as of a moment of the minute it is to count for. A store that
// could not store something tries again when it is called, so it is called even if there is nothing new.
func (r *Recorder) record(ctx context.Context, at time.Time) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r.told(r.store.Add(ctx, r.drain(at)))
}

// drain takes what the queued meters have counted, and adds it up by organization.
func (r *Recorder) drain(at time.Time) *Batch {
	b := &Batch{Time: at}
	meters := r.take()
	index := make(map[Subject]int, len(meters))
	for _, m := range meters {
		d := m.drain(at)
		if d.isZero() {
			continue
		}
		b.add(index, d)
		if !d.IsZero() {
			b.add(index, Delta{Subject: Subject{Organization: d.Organization}, Counts: d.Counts})
		}
	}
	return b
}

func (r *Recorder) take() []*Meter {
	r.mu.Lock()
	defer r.mu.Unlock()
	queued := r.queued
	r.queued = nil
	return queued
}

// add adds to what is there of the subject.
func (b *Batch) add(index map[Subject]int, d Delta) {
	i, ok := index[d.Subject]
	if !ok {
		index[d.Subject] = len(b.Deltas)
		b.Deltas = append(b.Deltas, d)
		return
	}
	there := &b.Deltas[i]
	there.Add(&d.Counts)
	there.Used = there.Used || d.Used
	there.Secrets = append(there.Secrets, d.Secrets...)
	there.Origins = append(there.Origins, d.Origins...)
}
