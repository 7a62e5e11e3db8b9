// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package memorystore

import (
	"context"
	"maps"
	"math"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// Series implements usage.Reader.
func (s *Store) Series(_ context.Context, p usage.Period, subjects ...usage.Subject) ([]usage.Series, error) {
	all := make([]usage.Series, len(subjects))
	for i := range all {
		all[i] = p.NewSeries()
	}
	s.pages(p, subjects, func(i int, number int64, content usage.Page) { p.AddTo(&all[i], number, content) })
	return all, nil
}

// Totals implements usage.Reader.
func (s *Store) Totals(_ context.Context, p usage.Period, subjects ...usage.Subject) ([]usage.Counts, error) {
	all := make([]usage.Counts, len(subjects))
	s.pages(p, subjects, func(i int, number int64, content usage.Page) { p.AddToTotal(&all[i], number, content) })
	return all, nil
}

// pages calls visit with the pages that there are in a period, and the index of the subject.
func (s *Store) pages(p usage.Period, subjects []usage.Subject, visit func(i int, number int64, content usage.Page)) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	g, first, last := p.Pages()
	book := s.hours
	if g == usage.Minutes {
		book = s.minutes
	}
	book.each(subjects, first, last, visit)
}

// Origins implements usage.Reader.
func (s *Store) Origins(_ context.Context, token usage.Subject, since time.Time) ([]usage.Origin, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var days []usage.OriginDay
	first := usage.FirstOriginDay(since, s.now())
	s.origins.each([]usage.Subject{token}, first, math.MaxInt64, func(_ int, _ int64, day usage.OriginDay) {
		days = append(days, day)
	})
	return usage.SumOrigins(days...), nil
}

// LastUse implements usage.Reader.
func (s *Store) LastUse(_ context.Context, tokens ...usage.Subject) ([]usage.LastUse, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := make([]usage.LastUse, len(tokens))
	for i, token := range tokens {
		all[i] = usage.LastUse{Secrets: map[usage.SecretKey]time.Time{}}
		if last, ok := s.lastUse[token]; ok {
			all[i] = usage.LastUse{Token: last.Token, Secrets: maps.Clone(last.Secrets)}
		}
	}
	return all, nil
}
