// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package memorystore keeps in the memory of a collector what that collector counted.
package memorystore

import (
	"context"
	"maps"
	"sync"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// Store keeps what was counted. Its memory is bounded by the number of tokens that were used in the past 30 days: some
// 15 kB for one that was used in each minute of them.
type Store struct {
	now func() time.Time

	mu      sync.RWMutex // guards what follows
	minutes book
	hours   book
	origins map[int64]map[usage.Subject]usage.OriginDay // by day
	lastUse map[usage.Subject]*usage.LastUse
	page    int64 // of the minutes that were counted last
}

var _ usage.Store = (*Store)(nil)

// New returns a store without anything counted.
func New(now func() time.Time) *Store {
	return &Store{
		now:     now,
		minutes: newBook(usage.Minutes),
		hours:   newBook(usage.Hours),
		origins: map[int64]map[usage.Subject]usage.OriginDay{},
		lastUse: map[usage.Subject]*usage.LastUse{},
	}
}

// Add implements usage.Store. It never fails.
func (s *Store) Add(_ context.Context, b *usage.Batch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range b.Deltas {
		d := &b.Deltas[i]
		s.minutes.add(b.Time, d)
		s.hours.add(b.Time, d)
		s.addOrigins(b.Time, d)
		s.use(b.Time, d)
	}
	s.forget(b.Time)
	return nil
}

// Close implements usage.Store.
func (*Store) Close(context.Context) error { return nil }

func (s *Store) addOrigins(now time.Time, d *usage.Delta) {
	if len(d.Origins) == 0 {
		return
	}
	number, _ := usage.Hours.At(now)
	today := entry(s.origins, number)
	there := entry(today, d.Subject)
	for _, o := range d.Origins {
		there.Add(o)
	}
}

// entry returns the map that a map holds, made if need be.
func entry[K comparable, M ~map[L]V, L comparable, V any](of map[K]M, key K) M {
	there, ok := of[key]
	if !ok {
		there = M{}
		of[key] = there
	}
	return there
}

func (s *Store) use(now time.Time, d *usage.Delta) {
	if !d.Used {
		return
	}
	last, ok := s.lastUse[d.Subject]
	if !ok {
		last = &usage.LastUse{Secrets: map[usage.SecretKey]time.Time{}}
		s.lastUse[d.Subject] = last
	}
	now = now.Truncate(time.Second).UTC()
	if last.Token.Before(now) {
		last.Token = now
	}
	for _, key := range d.Secrets {
		if last.Secrets[key].Before(now) {
			last.Secrets[key] = now
		}
	}
}

// forget drops what has expired, once an hour.
func (s *Store) forget(now time.Time) {
	page, _ := usage.Minutes.At(now)
	if page == s.page {
		return
	}
	s.page = page
	s.minutes.forget(now)
	s.hours.forget(now)
	maps.DeleteFunc(s.origins, func(day int64, _ map[usage.Subject]usage.OriginDay) bool {
		return !now.Before(usage.Hours.Begin(day + 1).Add(usage.OriginsKept))
	})
	maps.DeleteFunc(s.lastUse, func(_ usage.Subject, last *usage.LastUse) bool {
		return now.Sub(last.Token) > usage.LastUseKept
	})
}
