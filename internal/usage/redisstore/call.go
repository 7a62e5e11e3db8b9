// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
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
	of := k.subject(s)
	for _, g := range grains {
		for _, page := range w.pages(g, at) {
			c.put(of.page(g, page.number), "page", at.life(g.Expires(page.number)), string(page.content))
		}
	}
	if !w.used.IsZero() {
		c.put(of.lastUse(), "use", int64(usage.LastUseKept/time.Second), w.use(at))
	}
	if len(w.origins) > 0 {
		day, _ := usage.Hours.At(at.redis(w.seen))
		c.put(of.origins(day), "origins", at.life(usage.OriginsExpire(day)), w.origins.Lines())
	}
}

var grains = [...]usage.Grain{usage.Minutes, usage.Hours}

// put is for something that lives for so many seconds. What has expired meanwhile is left out.
func (c *call) put(key, kind string, life int64, added string) {
	if life > 0 {
		c.keys = append(c.keys, key)
		c.args = append(c.args, kind, life, added)
	}
}

// page is one with its number.
type page struct {
	number  int64
	content usage.Page
}

// pages returns the counts as pages, each of them once.
func (w *waiting) pages(g usage.Grain, at clock) []page {
	pages := make([]page, 0, 1)
	for i := range w.minutes {
		number, slot := g.At(at.redis(w.minutes[i].Start))
		p := slices.IndexFunc(pages, func(p page) bool { return p.number == number })
		if p < 0 {
			p = len(pages)
			pages = append(pages, page{number: number})
		}
		pages[p].content = pages[p].content.Add(slot, &w.minutes[i].Counts)
	}
	return pages
}

// use returns a moment, and what was used then or not long before.
func (w *waiting) use(at clock) string {
	words := []string{strconv.FormatInt(at.redis(w.used).Unix(), 10), string(usage.TokenUsed)}
	for _, key := range w.secrets {
		words = append(words, string(key))
	}
	return strings.Join(words, " ")
}
