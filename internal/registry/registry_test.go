// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// scripted is a source that does at the start what it is told to.
type scripted struct {
	start  func(f Follower) error
	closed int
}

func (s *scripted) Start(_ context.Context, f Follower) error { return s.start(f) }

func (s *scripted) Close() { s.closed++ }

var errAway = errors.New("the store is away")

// follow starts a registry at a clock that its reader turns, and takes down what it reports.
func follow(t *testing.T, start func(f Follower) error) (r *Registry, clock *time.Time, reports *[]error) {
	t.Helper()
	clock, reports = new(date(2027)), new([]error{})
	r = New(&scripted{start: start})
	r.now = func() time.Time { return *clock }
	require.NoError(t, r.Start(t.Context(), func(err error) { *reports = append(*reports, err) }))
	return r, clock, reports
}

func TestReports(t *testing.T) {
	contents := contentsOf(t, webToken("a", 1))
	loaded := func(f Follower) error {
		f.Loaded(contents)
		return nil
	}
	away := func(f Follower) error {
		f.Failed(errAway)
		return nil
	}
	tests := []struct {
		name  string
		start func(Follower) error
		then  func(Follower)
		want  []error
	}{
		{"loaded at the start", loaded, func(Follower) {}, []error{}},
		{"loaded again", loaded, func(f Follower) { f.Loaded(contents) }, []error{nil}},
		{"current", loaded, func(f Follower) { f.Current() }, []error{}},
		{"single records", loaded, func(f Follower) { f.Changed([]Change{setToken(webToken("b", 2))}) }, []error{}},
		{"away and back", loaded, func(f Follower) { f.Failed(errAway); f.Current(); f.Current() }, []error{errAway, nil}},
		{"away and loaded", loaded, func(f Follower) { f.Failed(errAway); f.Loaded(contents) }, []error{errAway, nil}},
		{"away at the start", away, func(f Follower) { f.Loaded(contents) }, []error{errAway, nil}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, _, reports := follow(t, tt.start)
			tt.then(r)
			assert.Equal(t, tt.want, *reports)
		})
	}
}

func TestAge(t *testing.T) {
	r, clock, _ := follow(t, func(f Follower) error { f.Loaded(contentsOf(t)); return nil })
	*clock = clock.Add(time.Hour)
	assert.Zero(t, r.Age(), "a source that hasn't failed says when it knows more")
	r.Current()
	*clock = clock.Add(time.Minute)
	r.Failed(errAway)
	assert.Equal(t, time.Minute, r.Age(), "since it was last confirmed")
	*clock = clock.Add(time.Minute)
	r.Failed(errors.New("another reason"))
	assert.Equal(t, 2*time.Minute, r.Age())
	r.Current()
	assert.Zero(t, r.Age())
}

func TestStale(t *testing.T) {
	tests := []struct {
		name  string
		then  func(r *Registry, clock *time.Time)
		bound time.Duration
		want  bool
	}{
		{"nothing loaded", func(*Registry, *time.Time) {}, 0, true},
		{"nothing loaded, with a bound", func(*Registry, *time.Time) {}, time.Hour, true},
		{"away before anything was loaded", func(r *Registry, _ *time.Time) { r.Failed(errAway) }, 0, true},
		{"loaded", load(0), time.Minute, false},
		{"at the bound", load(time.Minute), time.Minute, false},
		{"beyond the bound", load(time.Minute + 1), time.Minute, true},
		{"no bound", load(1_000 * time.Hour), 0, false},
		{"confirmed since", func(r *Registry, clock *time.Time) {
			load(time.Hour)(r, clock)
			r.Current()
			*clock = clock.Add(time.Minute)
		}, time.Minute, false},
		{"loaded anew", func(r *Registry, clock *time.Time) {
			load(time.Hour)(r, clock)
			load(time.Minute)(r, clock)
		}, time.Minute, false},
		{"away, within the bound", func(r *Registry, clock *time.Time) {
			load(time.Minute)(r, clock)
			r.Failed(errAway)
		}, time.Minute, false},
		{"away, beyond the bound", func(r *Registry, clock *time.Time) {
			load(0)(r, clock)
			r.Failed(errAway)
			*clock = clock.Add(time.Minute + 1)
		}, time.Minute, true},
		{"away, and no bound", func(r *Registry, clock *time.Time) {
			load(0)(r, clock)
			r.Failed(errAway)
			*clock = clock.Add(1_000 * time.Hour)
		}, 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, clock, _ := follow(t, func(Follower) error { return nil })
			tt.then(r, clock)
			assert.Equal(t, tt.want, r.Stale(tt.bound))
		})
	}
}

// load loads contents that have no token, and has time pass.
func load(then time.Duration) func(*Registry, *time.Time) {
	return func(r *Registry, clock *time.Time) {
		r.Loaded(&Contents{})
		*clock = clock.Add(then)
	}
}

func TestWarnings(t *testing.T) {
	r := New(nil)
	assert.Empty(t, r.Warnings())
	warned := []Fault{{Field: "token a: allowed_origins", Problem: "is wide", Fix: "narrow it"}}
	r.Loaded(&Contents{Warnings: warned})
	assert.Equal(t, warned, r.Warnings())
	r.Loaded(&Contents{})
	assert.Empty(t, r.Warnings())
}

func TestStartFails(t *testing.T) {
	source := &scripted{start: func(Follower) error { return errAway }}
	r := New(source)
	require.ErrorIs(t, r.Start(t.Context(), nil), errAway)
	r.Close()
	r.Close()
	assert.Equal(t, 2, source.closed)
}

// Who isn't interested in the state need not say so.
func TestNobodyIsTold(t *testing.T) {
	r := New(&scripted{start: func(f Follower) error { f.Failed(errAway); return nil }})
	require.NoError(t, r.Start(t.Context(), nil))
	r.Loaded(contentsOf(t, webToken("a", 1)))
	assert.Equal(t, "1:a ", meaning(r))
}
