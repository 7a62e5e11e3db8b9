// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package usage

import (
	"maps"
	"strings"
	"sync"
	"sync/atomic"
)

// Verdict is what became of a request because of its origin.
type Verdict uint8

// The verdicts.
const (
	OriginAllowed Verdict = iota
	OriginRefused
	OriginReported
	numVerdicts
)

// meteredOrigins counts requests by their origins. To find one takes no lock; a new one takes a copy of those that are
// known, which happens at most MaxOrigins times a day. The zero value knows none.
type meteredOrigins struct {
	known  atomic.Pointer[map[string]*meteredOrigin]
	others meteredOrigin
	full   [numVerdicts]atomic.Bool // for new ones that come with the verdict

	mu      sync.Mutex // held by who adds one, or drains
	day     int64
	retired map[string]*meteredOrigin // of the day before
}

type meteredOrigin struct {
	refusedOnly bool
	requests    [numVerdicts]atomic.Int64
}

func (m *meteredOrigins) count(origin string, v Verdict) {
	m.find(origin, v).requests[v].Add(1)
}

func (m *meteredOrigins) find(origin string, v Verdict) *meteredOrigin {
	if known := m.known.Load(); known != nil {
		if o, ok := (*known)[origin]; ok {
			return o
		}
	}
	if m.full[v].Load() { // a flood of ever new origins gets no further
		return &m.others
	}
	return m.add(origin, v)
}

func (m *meteredOrigins) add(origin string, v Verdict) *meteredOrigin {
	m.mu.Lock()
	defer m.mu.Unlock()
	next := map[string]*meteredOrigin{}
	if known := m.known.Load(); known != nil {
		if o, ok := (*known)[origin]; ok {
			return o
		}
		next = maps.Clone(*known)
	}
	if !m.fits(next, origin, v) {
		m.full[v].Store(true)
		return &m.others
	}
	added := &meteredOrigin{refusedOnly: v == OriginRefused}
	next[strings.Clone(origin)] = added // it is part of the request
	m.known.Store(&next)
	return added
}

// fits is OriginDay.fits, but what an origin came with first is what it is: the store is exact.
func (*meteredOrigins) fits(known map[string]*meteredOrigin, origin string, v Verdict) bool {
	var room originRoom
	for there, o := range known {
		room.take(there, o.refusedOnly)
	}
	return room.fits(origin, v == OriginRefused)
}

// drain returns the requests since the last time. The origins of another day are forgotten, but looked at once more:
// somebody may be about to count.
func (m *meteredOrigins) drain(today int64) []Origin {
	m.mu.Lock()
	defer m.mu.Unlock()
	drained := m.others.drainTo(nil, Others)
	drained = drainAll(drained, m.retired)
	m.retired = nil
	known := m.known.Load()
	if known == nil {
		return drained
	}
	if m.day != today && m.day != 0 {
		m.forget(*known)
	}
	m.day = today
	return drainAll(drained, *known)
}

func (m *meteredOrigins) forget(known map[string]*meteredOrigin) {
	m.retired = known
	m.known.Store(nil)
	for v := range m.full {
		m.full[v].Store(false)
	}
}

func drainAll(drained []Origin, origins map[string]*meteredOrigin) []Origin {
	for origin, o := range origins {
		drained = o.drainTo(drained, origin)
	}
	return drained
}

func (o *meteredOrigin) drainTo(drained []Origin, origin string) []Origin {
	d := Origin{
		Origin:   origin,
		Allowed:  o.requests[OriginAllowed].Swap(0),
		Refused:  o.requests[OriginRefused].Swap(0),
		Reported: o.requests[OriginReported].Swap(0),
	}
	if d.requests() == 0 {
		return drained
	}
	return append(drained, d)
}
