// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package outbox

import (
	"context"
	"sync"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
)

// Memory is the outbox of one process: it ends with it, unless it is saved.
type Memory struct {
	now func() time.Time

	mu       sync.Mutex // guards what follows
	position audit.ID
	claims   map[string]time.Time // until when
	waiting  map[Channel]map[string]*waiting
	changed  bool // since it was saved
}

type waiting struct {
	Delivery

	due int64
}

var _ Outbox = (*Memory)(nil)

// NewMemory returns an empty outbox.
func NewMemory(now func() time.Time) *Memory {
	m := &Memory{now: now, claims: map[string]time.Time{}, waiting: map[Channel]map[string]*waiting{}}
	for _, c := range Channels() {
		m.waiting[c] = map[string]*waiting{}
	}
	return m
}

// Position implements Outbox.
func (m *Memory) Position(context.Context) (audit.ID, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.position, nil
}

// Advance implements Outbox.
func (m *Memory) Advance(_ context.Context, from, to audit.ID, put ...Delivery) (Result, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.position != from {
		return Result{}, nil
	}
	m.position, m.changed = to, true
	return m.put(put), nil
}

// Fresh implements Outbox.
func (m *Memory) Fresh(_ context.Context, claims []Claim) ([]Claim, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forget()
	var fresh []Claim
	for _, c := range claims {
		if _, held := m.claims[c.Name]; !held {
			fresh = append(fresh, c)
			continue
		}
		m.claims[c.Name], m.changed = m.now().Add(c.For), true
	}
	return fresh, nil
}

// Once implements Outbox.
func (m *Memory) Once(_ context.Context, claims []Claim, put ...Delivery) (Result, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forget()
	for _, c := range claims {
		if _, held := m.claims[c.Name]; held {
			return Result{}, nil
		}
	}
	for _, c := range claims {
		m.claims[c.Name], m.changed = m.now().Add(c.For), true
	}
	return m.put(put), nil
}

// forget drops claims whose time is over.
func (m *Memory) forget() {
	now := m.now()
	for name, until := range m.claims {
		if !now.Before(until) {
			delete(m.claims, name)
		}
	}
}

func (m *Memory) put(deliveries []Delivery) Result {
	r := Result{Done: true, Dropped: map[Channel]int{}}
	for _, d := range deliveries {
		there := m.waiting[d.Channel]
		if _, known := there[d.Key()]; known {
			continue
		}
		if len(there) >= MaxWaiting {
			r.Dropped[d.Channel]++
			continue
		}
		there[d.Key()] = &waiting{d, m.now().UnixMilli()}
		m.changed = true
	}
	return r
}

// Next implements Outbox.
func (m *Memory) Next(_ context.Context, channel Channel, lease time.Duration) (Leased, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var first *waiting
	for _, w := range m.waiting[channel] {
		if first == nil || w.due < first.due {
			first = w
		}
	}
	now := m.now()
	if first == nil || first.due > now.UnixMilli() {
		return Leased{}, false, nil
	}
	first.due = now.Add(lease).UnixMilli()
	return Leased{first.Delivery, first.due}, true, nil
}

// Done implements Outbox.
func (m *Memory) Done(_ context.Context, l Leased) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.waiting[l.Channel], l.Key())
	m.changed = true
	return nil
}

// Later implements Outbox.
func (m *Memory) Later(_ context.Context, l Leased, delay time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if w, ok := m.waiting[l.Channel][l.Key()]; ok && w.due == l.Until {
		w.Attempts++
		m.changed = true
		w.due = m.now().Add(delay).UnixMilli()
	}
	return nil
}
