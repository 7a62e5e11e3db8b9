// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package usage

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// What is kept of the origins of a token and day. Senders choose them, so they are bounded in number and size; and those
// that are only refused, which cost nothing to make up, leave half of the room to the others.
const (
	MaxOrigins     = 100
	MaxOriginBytes = 4096
	OriginsKept    = 7 * day // after the end of the day
)

// OriginDay are the origins of a token and day.
type OriginDay map[string]Origin

// Add adds numbers of requests, to [Others] if there is no room for the origin.
func (d OriginDay) Add(o Origin) {
	if !d.has(o.Origin) && !d.fits(o) {
		o.Origin = Others
	}
	d.put(o)
}

func (d OriginDay) put(o Origin) {
	there := d[o.Origin]
	there.Origin = o.Origin
	there.Allowed += o.Allowed
	there.Refused += o.Refused
	there.Reported += o.Reported
	d[o.Origin] = there
}

func (d OriginDay) has(origin string) bool {
	_, ok := d[origin]
	return ok
}

func (d OriginDay) fits(o Origin) bool {
	var room originRoom
	for _, there := range d {
		room.take(there.Origin, there.refusedOnly())
	}
	return room.fits(o.Origin, o.refusedOnly())
}

// refusedOnly is said of origins that no rule admits.
func (o Origin) refusedOnly() bool {
	return o.Allowed == 0 && o.Reported == 0
}

// originRoom is what origins take: all, and those that are only refused.
type originRoom struct{ all, refused originSize }

type originSize struct{ number, bytes int }

func (r *originRoom) take(origin string, refusedOnly bool) {
	if origin == Others {
		return
	}
	r.all.grow(origin)
	if refusedOnly {
		r.refused.grow(origin)
	}
}

// fits tells whether there is room for another one.
func (r *originRoom) fits(origin string, refusedOnly bool) bool {
	r.take(origin, refusedOnly)
	return r.all.within(1) && r.refused.within(2)
}

func (s *originSize) grow(origin string) {
	s.number, s.bytes = s.number+1, s.bytes+len(origin)
}

// within tells whether it is within a part of what is kept.
func (s *originSize) within(part int) bool {
	return s.number <= MaxOrigins/part && s.bytes <= MaxOriginBytes/part
}

// Lines returns how the origins are stored: each in a line, with the requests that were allowed, refused and reported. An
// origin has no spaces: package origin sees to that.
func (d OriginDay) Lines() string {
	var lines strings.Builder
	for _, origin := range slices.Sorted(maps.Keys(d)) {
		o := d[origin]
		fmt.Fprintf(&lines, originLine, o.Origin, o.Allowed, o.Refused, o.Reported)
	}
	return lines.String()
}

const originLine = "%s %d %d %d\n"

// ReadOriginDay reads what Lines has written. Lines that can't be read are left out.
func ReadOriginDay(lines string) OriginDay {
	day := OriginDay{}
	for line := range strings.Lines(lines) {
		var o Origin
		if _, err := fmt.Sscanf(line, originLine, &o.Origin, &o.Allowed, &o.Refused, &o.Reported); err == nil {
			day[o.Origin] = o
		}
	}
	return day
}

// OriginsExpire returns when the origins of a day, as it is numbered by Hours, aren't told any more.
func OriginsExpire(number int64) time.Time {
	return Hours.Begin(number + 1).Add(OriginsKept)
}

// FirstOriginDay returns the number of the day from which on origins are told.
func FirstOriginDay(since, now time.Time) int64 {
	if kept := now.Add(-OriginsKept); since.Before(kept) {
		since = kept
	}
	first, _ := Hours.At(since)
	return first
}

// SumOrigins returns the origins of several days, the busiest first and Others last.
func SumOrigins(days ...OriginDay) []Origin {
	sum := OriginDay{}
	for _, d := range days {
		for _, o := range d {
			sum.put(o)
		}
	}
	return slices.SortedFunc(maps.Values(sum), func(a, b Origin) int {
		switch {
		case a.Origin == Others:
			return 1
		case b.Origin == Others:
			return -1
		default:
			return cmp.Or(cmp.Compare(b.requests(), a.requests()), strings.Compare(a.Origin, b.Origin))
		}
	})
}

func (o Origin) requests() int64 {
	return o.Allowed + o.Refused + o.Reported
}
