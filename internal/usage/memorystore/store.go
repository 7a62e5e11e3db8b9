// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package memorystore keeps in the memory of a collector what that collector counted, and, if there is a storage
// extension, over a restart.
package memorystore

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// Store keeps what was counted. Its memory is bounded by the number of tokens that were used in the past 30 days: some
// 20 kB for one that was used in each minute of them. It may be read at any time; Add and Close come one after the other.
type Store struct {
	now  func() time.Time
	disk *disk // nil if nothing is kept over a restart

	mu      sync.RWMutex // guards what follows
	minutes book[usage.Page]
	hours   book[usage.Page]
	origins book[usage.OriginDay]
	lastUse map[usage.Subject]*usage.LastUse
	hour    int64 // in which something was counted last
}

var _ usage.Store = (*Store)(nil)

// New returns a store without anything counted, which is lost at the end.
func New(now func() time.Time) *Store {
	return &Store{
		now:     now,
		minutes: book[usage.Page]{},
		hours:   book[usage.Page]{},
		origins: book[usage.OriginDay]{},
		lastUse: map[usage.Subject]*usage.LastUse{},
	}
}

// Open returns a store with what the last one kept. The error says what of it could not be read: the store is without it,
// and good for all else. The client is closed with the store.
func Open(ctx context.Context, client storage.Client, now func() time.Time) (*Store, error) {
	s := New(now)
	s.disk = newDisk(client)
	return s, s.load(ctx)
}

// Add implements usage.Store. Its errors are those of the storage, which is written to by the next call then.
func (s *Store) Add(ctx context.Context, b *usage.Batch) error {
	s.count(b)
	return s.save(ctx)
}

// Close implements usage.Store.
func (s *Store) Close(ctx context.Context) error {
	if s.disk == nil {
		return nil
	}
	return errors.Join(s.save(ctx), s.disk.client.Close(ctx))
}

func (s *Store) count(b *usage.Batch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range b.Deltas {
		d := &b.Deltas[i]
		s.countSpans(b.Time, d)
		s.countOrigins(b.Time, d)
		s.use(b.Time, d)
	}
	s.forget(b.Time)
}

func (s *Store) countSpans(at time.Time, d *usage.Delta) {
	if d.IsZero() {
		return
	}
	hour, minute := usage.Minutes.At(at)
	s.minutes.change(hour, d.Subject, func(p usage.Page) usage.Page { return p.Add(minute, &d.Counts) })
	s.disk.changed(place{minutesKind, hour})
	day, hourOfDay := usage.Hours.At(at)
	s.hours.change(day, d.Subject, func(p usage.Page) usage.Page { return p.Add(hourOfDay, &d.Counts) })
	s.disk.changed(place{hoursKind, day})
}

func (s *Store) countOrigins(at time.Time, d *usage.Delta) {
	if len(d.Origins) == 0 {
		return
	}
	day, _ := usage.Hours.At(at)
	s.origins.change(day, d.Subject, func(there usage.OriginDay) usage.OriginDay {
		if there == nil {
			there = usage.OriginDay{}
		}
		for _, o := range d.Origins {
			there.Add(o)
		}
		return there
	})
	s.disk.changed(place{originsKind, day})
}

func (s *Store) use(at time.Time, d *usage.Delta) {
	if !d.Used {
		return
	}
	last, ok := s.lastUse[d.Subject]
	if !ok {
		last = &usage.LastUse{Secrets: map[usage.SecretKey]time.Time{}}
		s.lastUse[d.Subject] = last
	}
	last.Note(at, d.Secrets)
	s.disk.changed(place{kind: lastUseKind})
}

// forget drops what has expired, once an hour.
func (s *Store) forget(now time.Time) {
	hour, _ := usage.Minutes.At(now)
	if hour == s.hour {
		return
	}
	s.hour = hour
	for _, gone := range s.minutes.forget(now, usage.Minutes.Expires) {
		s.disk.changed(place{minutesKind, gone})
	}
	for _, gone := range s.hours.forget(now, usage.Hours.Expires) {
		s.disk.changed(place{hoursKind, gone})
	}
	for _, gone := range s.origins.forget(now, usage.OriginsExpire) {
		s.disk.changed(place{originsKind, gone})
	}
	maps.DeleteFunc(s.lastUse, func(_ usage.Subject, last *usage.LastUse) bool {
		return now.Sub(last.Token) > usage.LastUseKept
	})
}
