// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package identity

import "sync/atomic"

// reports are what limiters have reported last, one of each. They are read by every request and nearly never get a
// new member, so that takes a copy. The zero value is empty.
type reports struct{ all atomic.Pointer[[]*report] }

// report is what one limiter has reported last: an exhaustion, or nil for room.
type report struct {
	by         *Limiter
	exhaustion atomic.Pointer[fullness]
}

// fullness is an exhaustion, and the version of the organization whose limits were asked about. Another version has
// other limits, perhaps: then the report says nothing any more.
type fullness struct {
	Exhaustion

	under *owned
}

// load returns the reports there are.
func (r *reports) load() []*report {
	if all := r.all.Load(); all != nil {
		return *all
	}
	return nil
}

// find returns the report of a limiter, nil if it has made none.
func (r *reports) find(by *Limiter) *report {
	for _, known := range r.load() {
		if known.by == by {
			return known
		}
	}
	return nil
}

// of returns the report of a limiter, and makes room for one if it has made none. Limiters that have stopped leave.
func (r *reports) of(by *Limiter) *report {
	for {
		all := r.all.Load()
		if known := r.find(by); known != nil {
			return known
		}
		var next []*report
		if all != nil {
			for _, known := range *all {
				if !known.by.stopped.Load() {
					next = append(next, known)
				}
			}
		}
		added := &report{by: by}
		next = append(next, added)
		if r.all.CompareAndSwap(all, &next) {
			return added
		}
	}
}

// room takes an exhaustion back. It writes nothing where there is none.
func (r *report) room() {
	if r != nil && r.exhaustion.Load() != nil {
		r.exhaustion.Store(nil)
	}
}

// set reports an exhaustion, or room if there is none.
func (r *report) set(e Exhaustion, under *owned) {
	if e.Until.IsZero() {
		r.room()
		return
	}
	r.exhaustion.Store(&fullness{Exhaustion: e, under: under})
}

// exhausted returns the exhaustion that was reported under a version of the organization, nil if there is none.
func (r *report) exhausted(under *owned) *Exhaustion {
	if r == nil {
		return nil
	}
	if f := r.exhaustion.Load(); f != nil && f.under == under {
		return &f.Exhaustion
	}
	return nil
}
