// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

var (
	start = time.Date(2029, 6, 1, 0, 0, 0, 0, time.UTC)
	room  = Exhaustion{}
)

// at is a moment some seconds after the start.
func at(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }

// full is an exhaustion of a scope until a moment.
func full(scope window.Scope, until int) Exhaustion {
	return Exhaustion{Scope: scope, Limit: window.Limit(100 * int(scope)), Until: at(until), Retry: at(until)}
}

// world is an organization with two tokens, and two limiters that may report on them.
type world struct {
	owner    *Owner
	web, app *Holder
	one, two *Limiter
	was      Standing // of web, taken at first
}

func newWorld() *world {
	owner := NewOwner(&token.Organization{ID: "acme"})
	w := &world{
		owner: owner, web: NewHolder(&token.Token{ID: "web"}, owner), app: NewHolder(&token.Token{ID: "app"}, owner),
		one: new(Limiter), two: new(Limiter),
	}
	w.was = w.web.Standing()
	return w
}

func TestStandingExhausted(t *testing.T) {
	token10, token20 := full(window.Token, 10), full(window.Token, 20)
	org10, org20 := full(window.Organization, 10), full(window.Organization, 20)
	both := token10
	both.Until, both.Retry = org20.Until, org20.Retry
	held := token20
	held.Until = at(1)
	tests := []struct {
		name   string
		happen func(*world)
		at     int
		want   Exhaustion // of web; room: none
	}{
		{"nobody has reported", func(*world) {}, 0, room},
		{"token", func(w *world) { w.web.Standing().Refused(w.one, 1, token10, room) }, 0, token10},
		{"a moment later it is over", func(w *world) { w.web.Standing().Refused(w.one, 1, token10, room) }, 10, room},
		{"until it must be asked again", func(w *world) { w.web.Standing().Refused(w.one, 1, held, room) }, 0, held},
		{"asked again", func(w *world) { w.web.Standing().Refused(w.one, 1, held, room) }, 1, room},
		{"organization", func(w *world) { w.web.Standing().Refused(w.one, 1, room, org10) }, 0, org10},
		{"both: the token's limit, the later moment", func(w *world) {
			w.web.Standing().Refused(w.one, 1, token10, org20)
		}, 0, both},
		{"both, and the token's is over", func(w *world) { w.web.Standing().Refused(w.one, 1, token10, org20) }, 10, org20},
		{"refused, though a span fits", func(w *world) { w.web.Standing().Refused(w.one, 2, room, room) }, 0, room},
		{"admitted again", func(w *world) {
			w.web.Standing().Refused(w.one, 1, token20, org20)
			w.web.Standing().Admitted(w.one, 1)
		}, 0, room},
		{"reported again", func(w *world) {
			w.web.Standing().Refused(w.one, 1, token10, room)
			w.web.Standing().Refused(w.one, 1, token20, room)
		}, 15, token20},
		{"another token of the organization", func(w *world) { w.app.Standing().Refused(w.one, 1, token10, room) }, 0, room},
		{"the organization, by another token, and never decided on", func(w *world) {
			w.app.Standing().Refused(w.one, 1, room, org10)
		}, 0, room},
		{"the organization, by another token", func(w *world) {
			w.web.Standing().Admitted(w.one, 1)
			w.app.Standing().Refused(w.one, 1, room, org10)
		}, 0, org10},
		{"the organization has room again, by another token", func(w *world) {
			w.web.Standing().Refused(w.one, 1, room, org10)
			w.app.Standing().Admitted(w.one, 1)
		}, 0, room},
		{"one of two limiters has room", func(w *world) {
			w.web.Standing().Admitted(w.two, 1)
			w.web.Standing().Refused(w.one, 1, token10, room)
		}, 0, room},
		{"both limiters: who ends first", func(w *world) {
			w.web.Standing().Refused(w.one, 1, token20, room)
			w.web.Standing().Refused(w.two, 1, room, org10)
		}, 0, org10},
		{"both limiters, one is over", func(w *world) {
			w.web.Standing().Refused(w.one, 1, token20, room)
			w.web.Standing().Refused(w.two, 1, room, org10)
		}, 10, room},
		{"both limiters, and one has room again", func(w *world) {
			w.web.Standing().Refused(w.one, 1, token20, org20)
			w.web.Standing().Refused(w.two, 1, token20, org20)
			w.web.Standing().Admitted(w.two, 1)
		}, 0, room},
		{"a limiter takes back only what it reported", func(w *world) {
			w.web.Standing().Refused(w.one, 1, token20, org20)
			w.app.Standing().Refused(w.two, 1, room, org20)
			w.app.Standing().Admitted(w.two, 1)
		}, 0, Exhaustion{Scope: window.Token, Limit: 100, Until: at(20), Retry: at(20)}},
		{"two windows of two limiters", func(w *world) {
			w.web.Standing().Refused(w.one, 1, token20, room) // one says the token, two the organization of another token
			w.app.Standing().Refused(w.two, 1, room, org20)
		}, 0, token20},
		{"a limiter has stopped", func(w *world) {
			w.web.Standing().Refused(w.one, 1, token20, org20)
			w.one.Stop()
		}, 0, room},
		{"a limiter that has stopped had room", func(w *world) {
			w.web.Standing().Admitted(w.two, 1)
			w.web.Standing().Refused(w.one, 1, token20, room)
			w.two.Stop()
		}, 0, token20},
		{"the organization's record changed", func(w *world) {
			w.web.Standing().Refused(w.one, 1, token20, org20)
			w.owner.Change(&token.Organization{ID: "acme"})
		}, 0, room},
		{"refused by limits that have changed meanwhile", func(w *world) {
			w.owner.Change(&token.Organization{ID: "acme"})
			w.was.Refused(w.one, 1, token20, org20)
		}, 0, room},
		{"reported by the new limits", func(w *world) {
			w.owner.Change(&token.Organization{ID: "acme"})
			w.web.Standing().Refused(w.one, 1, token20, room)
		}, 0, token20},
		{"the token's record changed", func(w *world) {
			w.web.Standing().Refused(w.one, 1, token20, org20)
			w.web = NewHolder(&token.Token{ID: "web"}, w.owner)
		}, 0, room},
		{"a refusal by the old record of the token", func(w *world) {
			w.web = NewHolder(&token.Token{ID: "web"}, w.owner)
			w.was.Refused(w.one, 1, token20, room)
		}, 0, room},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld()
			tt.happen(w)
			got, ok := w.web.Standing().Exhausted(at(tt.at))
			assert.Equal(t, tt.want, got)
			assert.Equal(t, tt.want != room, ok)
			assert.True(t, !ok || w.web.Standing().Reported(), "then it isn't looked at")
		})
	}
}

func TestStandingReported(t *testing.T) {
	w := newWorld()
	reported := func() bool { return w.web.Standing().Reported() }
	assert.False(t, reported())
	w.web.Standing().Admitted(w.one, 1)
	assert.False(t, reported())
	w.web.Standing().Refused(w.one, 1, full(window.Token, 1), room)
	assert.True(t, reported())
	w.web.Standing().Admitted(w.one, 1)
	assert.False(t, reported())
	w.app.Standing().Refused(w.one, 1, room, full(window.Organization, 1))
	assert.True(t, reported())
}

// Who is let through costs nothing, once a limiter is known.
func TestStandingAllocatesNothing(t *testing.T) {
	w := newWorld()
	id := New(nil, w.web, "")
	w.web.Standing().Refused(w.one, 1, full(window.Token, 1), full(window.Organization, 1))
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		id.Standing().Admitted(w.one, 30)
		id.Standing().Reported()
		id.Standing().Exhausted(start)
	}))
}

// Limiters come and go where only pipelines are reloaded.
func TestStandingIsBounded(t *testing.T) {
	w := newWorld()
	for range 1000 {
		l := new(Limiter)
		w.web.Standing().Refused(l, 1, full(window.Token, 1), full(window.Organization, 1))
		l.Stop()
	}
	assert.Len(t, w.web.reports.load(), 1)
	assert.Len(t, w.was.owned.reports.load(), 1)
}

func TestStandingConcurrently(t *testing.T) {
	w := newWorld()
	limiters := make([]*Limiter, 8)
	var working sync.WaitGroup
	for i := range limiters {
		limiters[i] = new(Limiter)
		working.Go(func() {
			for range 500 {
				s := w.web.Standing()
				s.Admitted(limiters[i], 3)
				s.Exhausted(start)
				s.Refused(limiters[i], 3, full(window.Token, 10), full(window.Organization, 10))
			}
		})
	}
	working.Wait()
	assert.Len(t, w.web.reports.load(), len(limiters))
	got, ok := w.web.Standing().Exhausted(start)
	assert.True(t, ok)
	assert.Equal(t, full(window.Token, 10), got)
	assert.EqualValues(t, 3, w.web.Standing().UsualBatch())
}

func TestUsualBatch(t *testing.T) {
	for name, c := range map[string]struct {
		batches []int
		want    int64
	}{
		"none":               {nil, 0},
		"one":                {[]int{30}, 30},
		"as ever":            {[]int{30, 30, 30}, 30},
		"larger":             {[]int{30, 110}, 40},
		"smaller":            {[]int{80, 0}, 70},
		"small ones count":   {[]int{1, 2, 2, 2, 2, 2}, 1},
		"and have their way": {[]int{1, 2, 2, 2, 2, 2, 2}, 2},
		"huge":               {[]int{1 << 30}, 1 << 30},
	} {
		w := newWorld()
		for i, spans := range c.batches {
			if i%2 == 0 {
				w.web.Standing().Admitted(w.one, spans)
				continue
			}
			w.web.Standing().Refused(w.two, spans, room, room)
		}
		assert.Equal(t, c.want, w.web.Standing().UsualBatch(), name)
		assert.Zero(t, w.app.Standing().UsualBatch(), name)
	}
}
