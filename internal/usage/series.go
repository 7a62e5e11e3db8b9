// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package usage

import "time"

// Pages returns the grain that is read for the period, and the numbers of the first and the last page of it, which last
// exists only if it isn't smaller than the first.
func (p Period) Pages() (g Grain, first, last int64) {
	g = Minutes
	if p.hourly() {
		g = Hours
	}
	first, _ = g.At(p.from)
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
func (p Period) AddTo(s *Series, g Grain, number int64, content Page) {
	p.each(g, number, content, func(bucket int, c *Counts) {
		s.Totals.Add(c)
		s.Buckets[bucket].Add(c)
	})
}

// AddToTotal adds what a page has of the period.
func (p Period) AddToTotal(total *Counts, g Grain, number int64, content Page) {
	p.each(g, number, content, func(_ int, c *Counts) { total.Add(c) })
}

func (p Period) each(g Grain, number int64, content Page, visit func(bucket int, c *Counts)) {
	begin := g.Begin(number).Sub(p.from)
	length := p.to.Sub(p.from)
	content.Each(func(slot int, c *Counts) {
		at := begin + time.Duration(slot)*g.Slot
		if at >= 0 && at < length {
			visit(int(at/p.step), c)
		}
	})
}
