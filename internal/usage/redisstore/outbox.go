// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// maxMinutes are kept apart while they can't be stored: some 25 MB. What is counted beyond them is added to the last
// minute of the same token, so nothing is lost but when it was.
const maxMinutes = 100_000

// outbox holds what is to be stored, by organization. When Redis answers it is empty most of the time.
type outbox struct {
	keys      keys
	collector string
	boxes     map[string]*box
	number    uint64 // of the last call
	minutes   int    // that wait
}

// box is what is to be stored of an organization: calls that were begun, which may have been done, and what waits.
type box struct {
	begun   []*call
	waiting map[usage.Subject]*waiting
}

// waiting is what waits of a subject.
type waiting struct {
	minutes []usage.Bucket // in the order in which they came
	used    time.Time
	secrets []usage.SecretKey
	seen    time.Time // the origins
	origins usage.OriginDay
}

func newOutbox(k keys, collector string) *outbox {
	return &outbox{keys: k, collector: collector, boxes: map[string]*box{}}
}

func (o *outbox) empty() bool {
	return len(o.boxes) == 0
}

func (o *outbox) put(b *usage.Batch) {
	for i := range b.Deltas {
		d := &b.Deltas[i]
		there, ok := o.boxes[d.Organization]
		if !ok {
			there = &box{waiting: map[usage.Subject]*waiting{}}
			o.boxes[d.Organization] = there
		}
		w, ok := there.waiting[d.Subject]
		if !ok {
			w = &waiting{}
			there.waiting[d.Subject] = w
		}
		o.count(w, b.Time.Truncate(time.Minute), &d.Counts)
		w.note(b.Time, d)
	}
}

// begun returns the boxes with calls that may have been done.
func (o *outbox) begun() []*box {
	var begun []*box
	for _, b := range o.boxes {
		if len(b.begun) > 0 {
			begun = append(begun, b)
		}
	}
	return begun
}

// seal turns what waits into calls, and returns the boxes that it did this for: not those with earlier ones, since what
// waits can be added up, and calls can't.
func (o *outbox) seal(at clock) []*box {
	var sealed []*box
	for organization, b := range o.boxes {
		if len(b.begun) > 0 {
			continue
		}
		subjects := slices.SortedFunc(maps.Keys(b.waiting), func(x, y usage.Subject) int {
			return strings.Compare(x.Token, y.Token)
		})
		for some := range slices.Chunk(subjects, maxSubjects) {
			b.begun = append(b.begun, o.newCall(at, organization, some, b.waiting))
		}
		clear(b.waiting)
		sealed = append(sealed, b)
	}
	return sealed
}

func (o *outbox) newCall(at clock, organization string, some []usage.Subject, of map[usage.Subject]*waiting) *call {
	o.number++
	c := &call{
		keys: []string{o.keys.collector(organization, o.collector)},
		args: []any{o.number, int64(callKept / time.Second)},
	}
	for _, s := range some {
		c.add(o.keys, at, s, of[s])
		o.minutes -= len(of[s].minutes)
	}
	return c
}

// clean forgets organizations of which nothing is left.
func (o *outbox) clean() {
	maps.DeleteFunc(o.boxes, func(_ string, b *box) bool { return len(b.begun) == 0 && len(b.waiting) == 0 })
}

func (o *outbox) count(w *waiting, minute time.Time, c *usage.Counts) {
	last := len(w.minutes) - 1
	switch {
	case c.IsZero():
	case last >= 0 && (w.minutes[last].Start.Equal(minute) || o.minutes >= maxMinutes):
		w.minutes[last].Add(c)
	default:
		w.minutes = append(w.minutes, usage.Bucket{Start: minute, Counts: *c})
		o.minutes++
	}
}

// note keeps only when something was last used or seen. While Redis is away that may be somewhat later than it was for
// one of several secrets or origins.
func (w *waiting) note(at time.Time, d *usage.Delta) {
	if d.Used {
		w.used = at
	}
	for _, key := range d.Secrets {
		if !slices.Contains(w.secrets, key) {
			w.secrets = append(w.secrets, key)
		}
	}
	if len(d.Origins) > 0 {
		w.see(at, d.Origins)
	}
}

func (w *waiting) see(at time.Time, origins []usage.Origin) {
	if w.origins == nil {
		w.origins = make(usage.OriginDay, len(origins))
	}
	w.seen = at
	for _, origin := range origins {
		w.origins.Add(origin)
	}
}
