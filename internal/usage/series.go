// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package usage

import "time"

// Pages returns the grain that is read for the period, and the numbers of the first and the last page of it.
func (p Period) Pages() (g Grain, first, last int64) {
	g = p.grain()
	first, _ = g.At(p.since())
	last, _ = g.At(p.to.Add(-1))
	return g, first, last
}

// NewSeries returns the series of a period in which nothing was counted.
func (p Period) NewSeries() Series {
	s := Series{Buckets: make([]Bucket, p.Len())}
	for i := range s.Buckets {
		s.Buckets[i].Start = p.from.Add(time.Duration(i) * p.step)
	}
	return s
}

// AddTo adds to a series what a page has of the period.
func (p Period) AddTo(s *Series, number int64, content Page) {
	p.each(number, content, func(bucket int, c *Counts) {
		s.Totals.Add(c)
		s.Buckets[bucket].Add(c)
	})
}

// AddToTotal adds what a page has of the period.
func (p Period) AddToTotal(total *Counts, number int64, content Page) {
	p.each(number, content, func(_ int, c *Counts) { total.Add(c) })
}

// since returns from when on something is looked at.
func (p Period) since() time.Time {
	if p.from.Before(p.known) {
		return p.known
	}
	return p.from
}

func (p Period) each(number int64, content Page, visit func(bucket int, c *Counts)) {
	g := p.grain()
	begin, since := g.Begin(number), p.since()
	content.Each(func(slot int, c *Counts) {
		at := begin.Add(time.Duration(slot) * g.Slot)
		if !at.Before(since) && at.Before(p.to) {
			visit(int(at.Sub(p.from)/p.step), c)
		}
	})
}
