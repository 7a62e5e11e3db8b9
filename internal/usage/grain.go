// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package usage

import "time"

// Grain is how finely what was counted is kept, and for how long. Slots of time stand together on a page.
type Grain struct {
	Slot, Page time.Duration
	Kept       time.Duration // after the end of the page
}

// The grains: minutes on a page for each hour, and hours on a page for each day.
var (
	Minutes = Grain{Slot: time.Minute, Page: time.Hour, Kept: MinutesKept}
	Hours   = Grain{Slot: time.Hour, Page: day, Kept: HoursKept}
)

// At returns the number of the page that a moment is on, counted since 1970, and its slot there.
func (g Grain) At(t time.Time) (page int64, slot int) {
	seconds, length := t.Unix(), int64(g.Page/time.Second)
	return seconds / length, int(seconds % length / int64(g.Slot/time.Second))
}

// Begin returns when a page begins, and so when the one before it ends.
func (g Grain) Begin(page int64) time.Time {
	return time.Unix(page*int64(g.Page/time.Second), 0).UTC()
}

// Expires returns when a page isn't needed any more.
func (g Grain) Expires(page int64) time.Time {
	return g.Begin(page + 1).Add(g.Kept)
}

// edge returns since when everything is known.
func (g Grain) edge(now time.Time) time.Time {
	page, _ := g.At(now.Add(-g.Kept))
	return g.Begin(page)
}
