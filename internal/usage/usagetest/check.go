// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package usagetest checks a store of usage: whatever is added, and whenever it is asked, it says the same as a list of
// all that was added.
package usagetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// Open returns a store that goes by a clock. Whatever the last one of the same place had when it was closed it has, too.
type Open func(now func() time.Time) usage.Store

// Check has random histories told by stores. open is asked for an empty place for each of them.
func Check(t *testing.T, place func() Open) {
	t.Helper()
	rapid.Check(t, func(rt *rapid.T) {
		w := &world{T: rt, t: t, open: place(), now: time.Date(2029, 6, 1, 12, 0, 0, 0, time.UTC)}
		w.reopen()
		rt.Repeat(map[string]func(*rapid.T){
			"add":     func(*rapid.T) { w.add() },
			"wait":    func(*rapid.T) { w.wait() },
			"reopen":  func(*rapid.T) { w.reopen() },
			"series":  func(*rapid.T) { w.checkSeries() },
			"origins": func(*rapid.T) { w.checkOrigins() },
			"use":     func(*rapid.T) { w.checkUse() },
		})
		require.NoError(t, w.store.Close(t.Context()))
	})
}

var subjects = []usage.Subject{
	{Organization: "acme"},
	{Organization: "acme", Token: "shop"},
	{Organization: "acme", Token: "shop.2"},
	{Organization: "beta"},
	{Organization: "beta", Token: "app"},
	{Organization: "beta", Token: "o"},
}

// world is a store, and what was added to it.
type world struct {
	*rapid.T

	t     *testing.T
	open  Open
	store usage.Store
	now   time.Time
	added []added
}

type added struct {
	at time.Time
	usage.Delta
}

func (w *world) reopen() {
	if w.store != nil {
		require.NoError(w.t, w.store.Close(w.t.Context()))
	}
	w.store = w.open(func() time.Time { return w.now })
}

// wait lets some time pass: mostly minutes, now and then weeks.
func (w *world) wait() {
	unit := rapid.SampledFrom([]time.Duration{time.Second, time.Minute, time.Hour, 24 * time.Hour}).Draw(w.T, "unit")
	w.now = w.now.Add(time.Duration(rapid.IntRange(1, 40).Draw(w.T, "time")) * unit)
}

// add adds something that was counted now, or a little while ago.
func (w *world) add() {
	late := rapid.SampledFrom([]time.Duration{0, 0, 0, time.Second, 3 * time.Minute, 2 * time.Hour}).Draw(w.T, "late")
	b := &usage.Batch{Time: w.now.Add(-late)}
	for _, s := range rapid.SliceOfNDistinct(rapid.SampledFrom(subjects), 1, 4, rapid.ID).Draw(w.T, "subjects") {
		d := w.delta(s)
		b.Deltas = append(b.Deltas, d)
		w.added = append(w.added, added{b.Time, d})
	}
	require.NoError(w.t, w.store.Add(w.t.Context(), b))
}

func (w *world) delta(s usage.Subject) usage.Delta {
	numbers := rapid.SampledFrom([]int64{0, 0, 1, 30, 128, 70_000, 1 << 40})
	d := usage.Delta{Subject: s}
	for _, n := range []*int64{
		&d.Admitted, &d.Refused.Token, &d.Refused.Unavailable, &d.ShedEstimated, &d.RequestsRefused[usage.Stale],
		&d.RequestsRefused[usage.OriginDenied],
	} {
		*n = numbers.Draw(w.T, "n")
	}
	if s.Token == "" {
		return d
	}
	if d.Used = rapid.Bool().Draw(w.T, "used"); d.Used {
		keys := rapid.SampledFrom([]usage.SecretKey{"aa", "bb", "cc"})
		d.Secrets = rapid.SliceOfNDistinct(keys, 0, 2, rapid.ID).Draw(w.T, "secrets")
	}
	for range rapid.IntRange(0, 3).Draw(w.T, "origins") {
		d.Origins = append(d.Origins, usage.Origin{
			Origin:   fmt.Sprintf(`https://%d."\.example`, rapid.IntRange(0, 5).Draw(w.T, "origin")),
			Allowed:  numbers.Draw(w.T, "allowed"),
			Refused:  numbers.Draw(w.T, "refused"),
			Reported: numbers.Draw(w.T, "reported"),
		})
	}
	return d
}

// asked returns some subjects, in any order, also such that nobody knows.
func (w *world) asked() []usage.Subject {
	all := append([]usage.Subject{{Organization: "acme", Token: "nobody"}, {Organization: "nobody"}}, subjects...)
	return rapid.SliceOfN(rapid.SampledFrom(all), 0, 8).Draw(w.T, "asked")
}

func (w *world) checkSeries() {
	step := rapid.SampledFrom([]time.Duration{0, 1, 5, 7, 59, 60, 180, 24 * 60, 7 * 24 * 60}).Draw(w.T, "step") * time.Minute
	from := w.now.Add(-time.Duration(rapid.Int64Range(1, int64(31*24*time.Hour)).Draw(w.T, "ago")))
	to := from.Add(time.Duration(rapid.Int64Range(1, int64(25*time.Hour)).Draw(w.T, "length")))
	p, err := usage.NewPeriod(from, to, step, w.now)
	if err != nil {
		p = usage.LastDay(w.now)
	}
	asked := w.asked()
	series, err := w.store.Series(w.t.Context(), p, asked...)
	require.NoError(w.t, err)
	totals, err := w.store.Totals(w.t.Context(), p, asked...)
	require.NoError(w.t, err)
	for i, s := range asked {
		want := w.series(p, s)
		assert.Equal(w.T, want, series[i])
		assert.Equal(w.T, want.Totals, totals[i])
	}
}

// series is what the list says.
func (w *world) series(p usage.Period, s usage.Subject) usage.Series {
	series := p.NewSeries()
	for _, a := range w.added {
		at := a.at.Truncate(time.Minute)
		if a.Subject != s || at.Before(p.From()) || at.Before(w.known(p)) || !at.Before(p.To()) {
			continue
		}
		series.Totals.Add(&a.Counts)
		series.Buckets[at.Sub(p.From())/p.Step()].Add(&a.Counts)
	}
	return series
}

// known is the edge of what is kept.
func (w *world) known(p usage.Period) time.Time {
	if p.Step()%time.Hour == 0 {
		return w.now.Add(-usage.HoursKept).Truncate(24 * time.Hour)
	}
	return w.now.Add(-usage.MinutesKept).Truncate(time.Hour)
}

func (w *world) checkOrigins() {
	s := rapid.SampledFrom(subjects).Draw(w.T, "asked")
	since := w.now.Add(-time.Duration(rapid.Int64Range(0, int64(8*24*time.Hour)).Draw(w.T, "ago")))
	got, err := w.store.Origins(w.t.Context(), s, since)
	require.NoError(w.t, err)
	day := usage.OriginDay{}
	first := later(since, w.now.Add(-usage.OriginsKept)).Truncate(24 * time.Hour)
	for _, a := range w.added {
		if a.Subject != s || a.at.Before(first) {
			continue
		}
		for _, o := range a.Origins {
			day.Add(o)
		}
	}
	assert.Equal(w.T, usage.SumOrigins(day), got)
}

func (w *world) checkUse() {
	asked := w.asked()
	got, err := w.store.LastUse(w.t.Context(), asked...)
	require.NoError(w.t, err)
	for i, s := range asked {
		want := usage.LastUse{Secrets: map[usage.SecretKey]time.Time{}}
		for _, a := range w.added {
			if at := a.at.Truncate(time.Second); a.Subject == s && a.Used {
				want.Token = later(want.Token, at)
				for _, key := range a.Secrets {
					want.Secrets[key] = later(want.Secrets[key], at)
				}
			}
		}
		assert.Equal(w.T, want, got[i])
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
