// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package usage

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shelf is a store that keeps batches as they are.
type shelf struct {
	Store

	mu      sync.Mutex
	batches []Batch
	fails   error
	closed  bool
}

func (s *shelf) Add(_ context.Context, b *Batch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(b.Deltas) > 0 {
		s.batches = append(s.batches, *b)
	}
	return s.fails
}

func (s *shelf) Close(context.Context) error {
	s.closed = true
	return nil
}

// take returns what was stored since the last time.
func (s *shelf) take() []Batch {
	s.mu.Lock()
	defer s.mu.Unlock()
	batches := s.batches
	s.batches = nil
	return batches
}

func (s *shelf) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fails = err
}

var (
	web     = Subject{"acme", "web"}
	app     = Subject{"acme", "app"}
	acme    = Subject{"acme", ""}
	ignored = func(error) {}
)

func TestMeterCountsAll(t *testing.T) {
	r := NewRecorder(&shelf{}, time.Now, ignored)
	m := r.Meter(web, []SecretKey{"old", "new"})
	m.Spans(Admitted, 30)
	m.Spans(RefusedToken, 1)
	m.Spans(RefusedOrganization, 2)
	m.Spans(RefusedClient, 3)
	m.Spans(RefusedBatch, 4)
	m.Spans(RefusedUnavailable, 5)
	m.Spans(ShedEstimated, 6)
	want := Counts{Admitted: 30, Refused: Refused{1, 2, 3, 4, 5}, ShedEstimated: 6}
	for why := range numReasons {
		for range int(why) + 1 {
			m.Refuse(why)
		}
		want.RequestsRefused[why] = int64(why) + 1
	}
	m.Use(1)
	m.Origin("https://a.example", OriginAllowed)
	m.Origin("https://b.example", OriginRefused)
	m.Origin("https://a.example", OriginReported)
	m.Origin("", OriginAllowed)
	b := r.drain(noon)
	require.Len(t, b.Deltas, 2)
	assert.ElementsMatch(t, []Origin{
		{Origin: "https://a.example", Allowed: 1, Reported: 1}, {Origin: "https://b.example", Refused: 1},
	}, b.Deltas[0].Origins)
	b.Deltas[0].Origins = nil
	assert.Equal(t, Delta{Subject: web, Counts: want, Used: true, Secrets: []SecretKey{"new"}}, b.Deltas[0])
	assert.Equal(t, Delta{Subject: acme, Counts: want}, b.Deltas[1])
	assert.Empty(t, r.drain(noon).Deltas, "once")
}

// Who looks at when something was last used doesn't look for seconds: it is told once a minute.
func TestMeterTellsUseOnceAMinute(t *testing.T) {
	r := NewRecorder(&shelf{}, time.Now, ignored)
	m := r.Meter(web, []SecretKey{"old", "new"})
	use := func(secret, after int) []SecretKey {
		m.Use(secret)
		m.Spans(Admitted, 1)
		return r.drain(noon.Add(time.Duration(after) * time.Second)).Deltas[0].Secrets
	}
	assert.Equal(t, []SecretKey{"old"}, use(0, 0))
	assert.Empty(t, use(0, 5))
	assert.Equal(t, []SecretKey{"new"}, use(1, 10))
	assert.Empty(t, use(0, 29))
	m.Use(0)
	assert.Empty(t, r.drain(noon.Add(29*time.Second)).Deltas, "nothing else is told either")
	assert.Equal(t, []SecretKey{"old"}, use(0, 30), "the next minute")
}

// Where nothing is recorded there is no meter.
func TestNilMeter(*testing.T) {
	var m *Meter
	m.Spans(Admitted, 30)
	m.Refuse(Shed)
	m.Use(0)
	m.Origin("https://a.example", OriginAllowed)
}

// Counting and draining at the same time loses nothing and counts nothing twice.
func TestMeterConcurrently(t *testing.T) {
	const workers, rounds = 8, 2000
	r := NewRecorder(&shelf{}, time.Now, ignored)
	meters := []*Meter{r.Meter(web, nil), r.Meter(app, nil), r.Meter(web, nil)} // the last one is of a changed record
	var working sync.WaitGroup
	for w := range workers {
		working.Go(func() {
			for i := range rounds {
				meters[i%3].Spans(Admitted, 3)
				meters[i%3].Refuse(OriginDenied)
				meters[i%3].Origin(fmt.Sprint("https://", w, ".example"), OriginRefused)
			}
		})
	}
	done := make(chan struct{})
	go func() { working.Wait(); close(done) }()
	var all, organization Counts
	var origins int64
	for last := false; !last; {
		select {
		case <-done:
			last = true
		default:
		}
		for _, d := range r.drain(noon).Deltas {
			if d.Token == "" {
				organization.Add(&d.Counts)
				continue
			}
			all.Add(&d.Counts)
			for _, o := range d.Origins {
				origins += o.Refused
			}
		}
	}
	want := Counts{Admitted: 3 * workers * rounds}
	want.RequestsRefused[OriginDenied] = workers * rounds
	assert.Equal(t, want, all)
	assert.Equal(t, want, organization)
	assert.EqualValues(t, workers*rounds, origins)
}

// Senders choose origins: however many they make up, and of whatever length, a bounded number is known.
func TestMeterOriginsAreBounded(t *testing.T) {
	r := NewRecorder(&shelf{}, time.Now, ignored)
	for name, tt := range map[string]struct {
		origin  string
		verdict Verdict
		known   int
	}{
		"refused":                       {"https://%d.example", OriginRefused, MaxOrigins / 2},
		"allowed":                       {"https://%d.example", OriginAllowed, MaxOrigins},
		"reported":                      {"https://%d.example", OriginReported, MaxOrigins},
		"refused, and long":             {"https://%d." + strings.Repeat("a", 240), OriginRefused, 8},
		"allowed, and as long as it is": {"https://%d." + strings.Repeat("a", 500), OriginAllowed, 8},
	} {
		t.Run(name, func(t *testing.T) {
			m := r.Meter(web, nil)
			for i := range 1000 {
				m.Origin(fmt.Sprintf(tt.origin, i), tt.verdict)
			}
			origins := r.drain(noon).Deltas[0].Origins
			var requests int64
			for _, o := range origins {
				requests += o.requests()
			}
			assert.EqualValues(t, 1000, requests)
			assert.InDelta(t, tt.known+1, len(origins), 1) // and the others; lengths differ by digits
		})
	}
}

// Those that are refused leave room for those that are not, and a new day has room for all.
func TestMeterOriginsLeaveRoom(t *testing.T) {
	r := NewRecorder(&shelf{}, time.Now, ignored)
	m := r.Meter(web, nil)
	flood := func() {
		for i := range 1000 {
			m.Origin(fmt.Sprint("https://", i, ".example"), OriginRefused)
		}
	}
	known := func(now time.Time) map[string]Origin {
		all := OriginDay{}
		for _, o := range r.drain(now).Deltas[0].Origins {
			all.put(o)
		}
		return all
	}
	flood()
	m.Origin("https://shop.example.com", OriginAllowed)
	assert.Contains(t, known(noon), "https://shop.example.com")
	flood()
	m.Origin("https://late.example", OriginRefused)
	assert.NotContains(t, known(noon.Add(day)), "https://late.example")
	m.Origin("https://late.example", OriginRefused)
	assert.Contains(t, known(noon.Add(day)), "https://late.example")
}

// Who has found an origin while the day changes counts all the same.
func TestMeterOriginAtMidnight(t *testing.T) {
	r := NewRecorder(&shelf{}, time.Now, ignored)
	m := r.Meter(web, nil)
	m.Origin("https://a.example", OriginAllowed)
	r.drain(noon)
	late := m.origins.find("https://a.example", OriginAllowed)
	m.Origin("https://a.example", OriginAllowed)
	r.drain(noon.Add(day))
	late.requests[OriginAllowed].Add(1)
	m.touch()
	assert.Equal(t, []Origin{{Origin: "https://a.example", Allowed: 1}}, r.drain(noon.Add(day)).Deltas[0].Origins)
}

func TestMeterAllocatesNothing(t *testing.T) {
	m := NewRecorder(&shelf{}, time.Now, ignored).Meter(web, []SecretKey{"a"})
	once := func() {
		m.Spans(Admitted, 30)
		m.Use(0)
		m.Refuse(Shed)
		m.Origin("https://shop.example.com", OriginAllowed)
	}
	once()
	assert.Zero(t, testing.AllocsPerRun(100, once))
}

func TestRecorderStoresEveryFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // time begins at midnight
		store := &shelf{}
		r := NewRecorder(store, time.Now, ignored)
		r.Start()
		m := r.Meter(web, nil)
		time.Sleep(58 * time.Second)
		m.Spans(Admitted, 1)
		time.Sleep(1999 * time.Millisecond)
		assert.Empty(t, store.take())
		time.Sleep(2 * time.Millisecond)
		batches := store.take()
		require.Len(t, batches, 1)
		assert.Equal(t, 0, batches[0].Time.Minute(), "the minute in which it was counted")
		m.Spans(Admitted, 2)
		time.Sleep(5 * time.Second)
		batches = store.take()
		require.Len(t, batches, 1)
		assert.Equal(t, 1, batches[0].Time.Minute())
		require.NoError(t, r.Shutdown(t.Context()))
	})
}

func TestRecorderStoresAtShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &shelf{}
		r := NewRecorder(store, time.Now, ignored)
		r.Start()
		time.Sleep(7 * time.Second)
		r.Meter(web, nil).Spans(Admitted, 1)
		require.NoError(t, r.Shutdown(t.Context()))
		assert.True(t, store.closed)
		batches := store.take()
		require.Len(t, batches, 1)
		assert.Equal(t, time.Now(), batches[0].Time)
	})
}

func TestRecorderShutdownWithoutStart(t *testing.T) {
	store := &shelf{}
	require.NoError(t, NewRecorder(store, time.Now, ignored).Shutdown(t.Context()))
	assert.True(t, store.closed)
}

func TestRecorderTells(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []error
		store := &shelf{fails: errors.New("away")}
		r := NewRecorder(store, time.Now, func(err error) { told = append(told, err) })
		r.Start()
		time.Sleep(6 * time.Second)
		store.fail(nil)
		time.Sleep(5 * time.Second)
		require.NoError(t, r.Shutdown(t.Context()))
		assert.Equal(t, []error{errors.New("away"), nil, nil}, told, "called whether or not there is something new")
	})
}

func BenchmarkMeter(b *testing.B) {
	m := NewRecorder(&shelf{}, time.Now, ignored).Meter(web, []SecretKey{"a"})
	b.ReportAllocs()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			m.Use(0)
			m.Origin("https://shop.example.com", OriginAllowed)
			m.Spans(Admitted, 30)
		}
	})
}
