// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

const (
	// maxSubjects in a call keep it below a millisecond, or so.
	maxSubjects = 64

	// callKept is how long the number of a call is known. It outlasts the time after which one is sent again.
	callKept = 24 * time.Hour
)

// call is one call of the script. It never changes: it may be sent more than once.
type call struct {
	keys []string
	args []any
}

// clock turns the collector's time into that of Redis, and tells how long things are to live.
type clock struct {
	now   time.Time     // of Redis
	shift time.Duration // whole minutes
}

// newClock leaves clocks that differ by less than half a minute alone: recorders cut the minutes well.
func newClock(redis, own time.Time) clock {
	return clock{now: redis, shift: redis.Sub(own).Round(time.Minute)}
}

// redis returns what the clock of Redis said at a moment of the collector's.
func (c clock) redis(own time.Time) time.Time {
	return own.Add(c.shift)
}

// life returns whole seconds until a moment.
func (c clock) life(until time.Time) int64 {
	return int64(until.Sub(c.now) / time.Second)
}

func (c *call) add(k keys, at clock, s usage.Subject, w *waiting) {
	for _, g := range []usage.Grain{usage.Minutes, usage.Hours} {
		pages := w.pages(g, at)
		for _, number := range slices.Sorted(maps.Keys(pages)) {
			c.put(k.page(s, g, number), "page", at.life(g.Expires(number)), string(pages[number]))
		}
	}
	if !w.used.IsZero() {
		c.put(k.lastUse(s), "use", int64(usage.LastUseKept/time.Second), w.use(at))
	}
	if len(w.origins) > 0 {
		day, _ := usage.Hours.At(at.redis(w.seen))
		c.put(k.origins(s, day), "origins", at.life(usage.Hours.Begin(day+1).Add(usage.OriginsKept)), w.origin())
	}
}

// put is for something that lives for so many seconds. What has expired meanwhile is left out.
func (c *call) put(key, kind string, life int64, added string) {
	if life > 0 {
		c.keys = append(c.keys, key)
		c.args = append(c.args, kind, life, added)
	}
}

// pages returns the counts as pages, by their numbers.
func (w *waiting) pages(g usage.Grain, at clock) map[int64]usage.Page {
	pages := map[int64]usage.Page{}
	for i := range w.minutes {
		number, slot := g.At(at.redis(w.minutes[i].Start))
		pages[number] = pages[number].Add(slot, &w.minutes[i].Counts)
	}
	return pages
}

// use returns a moment, and what was used then or not long before.
func (w *waiting) use(at clock) string {
	words := []string{strconv.FormatInt(at.redis(w.used).Unix(), 10), tokenUsed}
	for _, key := range slices.Sorted(maps.Keys(w.secrets)) {
		words = append(words, string(key))
	}
	return strings.Join(words, " ")
}

// tokenUsed stands for the token among the keys of its secrets.
const tokenUsed = "token"

// origin returns the origins with their numbers of requests, in JSON.
func (w *waiting) origin() string {
	var all [][4]any
	for _, origin := range slices.Sorted(maps.Keys(w.origins)) {
		o := w.origins[origin]
		all = append(all, [4]any{o.Origin, o.Allowed, o.Refused, o.Reported})
	}
	text, _ := json.Marshal(all) // of strings and numbers: it can be marshalled
	return string(text)
}
