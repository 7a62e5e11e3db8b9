// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

func TestFleet(t *testing.T) {
	r, _ := newRig(t)
	for i := range 3 {
		require.NoError(t, r.collector().Add(t.Context(), r.batch(int64(i)+1, acme, shop)))
	}
	assert.Equal(t, usage.Counts{Admitted: 6}, r.totals(r.collector(), shop))
	assert.Equal(t, usage.Counts{Admitted: 6}, r.totals(r.collector(), acme))
}

// An organization's tokens go in several calls.
func TestManyTokens(t *testing.T) {
	r, _ := newRig(t)
	store := r.collector()
	subjects := make([]usage.Subject, 3*maxSubjects)
	for i := range subjects {
		subjects[i] = usage.Subject{Organization: "acme", Token: fmt.Sprint("t", i)}
	}
	for range 2 {
		require.NoError(t, store.Add(t.Context(), r.batch(1, subjects...)))
	}
	totals, err := store.Totals(t.Context(), usage.LastDay(r.now), subjects...)
	require.NoError(t, err)
	for i := range subjects {
		assert.EqualValues(t, 2, totals[i].Admitted)
	}
}

// A call whose answer got lost is sent again, until it is answered, and counts once. What comes meanwhile isn't lost.
func TestLostAnswers(t *testing.T) {
	r, server := newRig(t)
	proxy := redistest.StartProxy(t, server.Addr())
	r.config = configOf(proxy.Addr())
	r.config.Timeout = 300 * time.Millisecond
	store := r.collector()
	require.NoError(t, store.Add(t.Context(), r.batch(1, acme, shop)))
	proxy.DropReplies(true)
	for range 3 {
		require.Error(t, store.Add(t.Context(), r.batch(10, acme, shop)))
	}
	assert.Len(t, store.outbox.boxes["acme"].begun, 1, "what comes later waits, where it can be added up")
	proxy.DropReplies(false)
	proxy.Cut()
	require.NoError(t, store.Add(t.Context(), r.batch(100, acme, shop)))
	assert.True(t, store.outbox.empty())
	assert.Equal(t, usage.Counts{Admitted: 131}, r.totals(store, shop))
	assert.Equal(t, usage.Counts{Admitted: 131}, r.totals(store, acme))
}

// What is counted while Redis is away is stored when it is back, for the minutes in which it was counted.
func TestOutage(t *testing.T) {
	r, server := newRig(t)
	store := r.collector()
	store.time = store.askTime
	server.Kill()
	for range 3 {
		require.Error(t, store.Add(t.Context(), r.batch(7, acme, shop)))
		r.now = r.now.Add(40 * time.Minute)
	}
	store.time = r.collector().time
	server.Restart()
	require.NoError(t, store.Add(t.Context(), &usage.Batch{}))
	p, err := usage.NewPeriod(noon, r.now, 20*time.Minute, r.now)
	require.NoError(t, err)
	series, err := store.Series(t.Context(), p, shop)
	require.NoError(t, err)
	for i, b := range series[0].Buckets {
		assert.EqualValues(t, []int{7, 0}[i%2], b.Admitted, b.Start)
	}
}

// A collector that ends while Redis is away says what it loses.
func TestCloseWithoutRedis(t *testing.T) {
	r, server := newRig(t)
	store := r.open()
	require.NoError(t, store.Add(t.Context(), r.batch(1, acme)))
	server.Kill()
	require.Error(t, store.Add(t.Context(), r.batch(1, acme)))
	require.ErrorContains(t, store.Close(t.Context()), "lost")
	assert.NoError(t, r.open().Close(t.Context()), "nothing to lose")
}

// However long Redis is away, a bounded number of minutes is kept; what is beyond is still counted.
func TestOutboxIsBounded(t *testing.T) {
	o := newOutbox(keys{"p"}, "c")
	subjects := make([]usage.Subject, 1000)
	for i := range subjects {
		subjects[i] = usage.Subject{Organization: "acme", Token: fmt.Sprint("t", i)}
	}
	r := &rig{t: t, now: noon}
	const rounds = 3 * maxMinutes / 1000
	for range rounds {
		o.put(r.batch(1, subjects...))
		r.now = r.now.Add(time.Minute)
	}
	assert.Equal(t, maxMinutes, o.minutes)
	for _, s := range subjects {
		var all usage.Counts
		for _, minute := range o.boxes["acme"].waiting[s].minutes {
			all.Add(&minute.Counts)
		}
		assert.EqualValues(t, rounds, all.Admitted)
	}
	o.seal(newClock(noon, noon))
	assert.Zero(t, o.minutes)
}

// The clock of Redis tells the minute. If it differs by less than half a minute, the collector knows better.
func TestClocks(t *testing.T) {
	for ahead, want := range map[time.Duration]string{
		0: "12:00", 29 * time.Second: "12:00", -29 * time.Second: "12:00", 40 * time.Second: "12:01", -40 * time.Second: "11:59",
		5 * time.Minute: "12:05", -61 * time.Minute: "10:59",
	} {
		w := &waiting{minutes: []usage.Bucket{{Start: noon, Counts: usage.Counts{Admitted: 1}}}}
		pages := w.pages(usage.Minutes, newClock(noon.Add(ahead), noon))
		require.Len(t, pages, 1)
		for _, page := range pages {
			page.content.Each(func(slot int, _ *usage.Counts) {
				at := usage.Minutes.Begin(page.number).Add(time.Duration(slot) * time.Minute)
				assert.Equal(t, want, at.Format("15:04"), ahead)
			})
		}
	}
}

// Idle tokens cost nothing in the end: each key goes when it isn't needed any more.
func TestKeysExpire(t *testing.T) {
	r, _ := newRig(t)
	store := r.collector()
	b := r.batch(1, acme, shop)
	b.Deltas[1].Used, b.Deltas[1].Secrets = true, []usage.SecretKey{"abcd"}
	b.Deltas[1].Origins = []usage.Origin{{Origin: "https://a.example", Allowed: 1}}
	require.NoError(t, store.Add(t.Context(), b))
	const hour = 60 * 60
	day := noon.Unix() / 86400
	want := map[string]int64{ // of a key in seconds: 12 hours of the day are left, and an hour of the hour
		fmt.Sprint("o:m:", noon.Unix()/hour):      25 * hour,
		fmt.Sprint("t:shop:m:", noon.Unix()/hour): 25 * hour,
		fmt.Sprint("o:h:", day):                   12*hour + 30*24*hour,
		fmt.Sprint("t:shop:h:", day):              12*hour + 30*24*hour,
		fmt.Sprint("t:shop:o:", day):              12*hour + 7*24*hour,
		"t:shop:l":                                400 * 24 * hour,
		"c:" + store.outbox.collector:             24 * hour,
	}
	got := r.keys()
	assert.Len(t, got, len(want))
	for key, life := range want {
		left, err := r.client.TTL(t.Context(), "clienttokens:u:{acme}:"+key).Result()
		require.NoError(t, err)
		assert.InDelta(t, life, left.Seconds(), 60, key)
	}
}

// What somebody else has put in the place of a key is replaced, and stops nobody.
func TestForeignValues(t *testing.T) {
	r, _ := newRig(t)
	store := r.collector()
	add := func() error {
		b := r.batch(1, acme, shop)
		b.Deltas[1].Used = true
		b.Deltas[1].Origins = []usage.Origin{{Origin: "https://a.example", Allowed: 1}}
		return store.Add(t.Context(), b)
	}
	require.NoError(t, add())
	for i, key := range r.keys() {
		require.NoError(t, r.client.Del(t.Context(), key).Err())
		if i%2 == 0 {
			require.NoError(t, r.client.SAdd(t.Context(), key, "something").Err())
		} else {
			require.NoError(t, r.client.Set(t.Context(), key, "\x00\xff\xff", 0).Err())
		}
	}
	for range 2 {
		_, err := store.Origins(t.Context(), shop, r.now)
		require.NoError(t, err)
		r.totals(store, shop)
		require.NoError(t, add())
	}
	assert.EqualValues(t, 2, r.totals(store, shop).Admitted)
}

// A token that is used in every minute of a day, and of 30 days, stays small.
func TestMemory(t *testing.T) {
	r, _ := newRig(t)
	for days, token := range map[int]string{1: "day", 31: "month"} {
		r.use(t, token, days, func(d *usage.Delta) {
			d.Admitted, d.Refused.Token = 6000, 300
			for i := range 3 {
				d.Origins = append(d.Origins, usage.Origin{Origin: fmt.Sprintf("https://www%d.shop.example.com", i), Allowed: 200})
			}
		})
		bytes, keys := r.memory(token)
		t.Logf("%s: %d bytes in %d keys", token, bytes, keys)
		assert.LessOrEqual(t, bytes, int64(30<<10))
	}
}

// Who has a token may do everything with it that is counted, from any origin it likes, all the time. It is bounded.
func TestMemoryOfAnAbusedToken(t *testing.T) {
	r, _ := newRig(t)
	r.use(t, "abused", 31, func(d *usage.Delta) {
		d.Admitted, d.ShedEstimated = 600_000, 3_000_000
		d.Refused = usage.Refused{Token: 100_000, Organization: 100_000, Client: 100_000, Batch: 100_000, Unavailable: 100_000}
		for i := range d.RequestsRefused {
			d.RequestsRefused[i] = 100_000
		}
		for i := range 120 * (1 - min(r.now.Minute(), 1)) { // once an hour
			d.Origins = append(d.Origins, usage.Origin{Origin: fmt.Sprintf("https://%d-%d.example", r.now.Unix(), i), Refused: 1000})
		}
	})
	bytes, keys := r.memory("abused")
	t.Logf("%d bytes in %d keys", bytes, keys)
	assert.LessOrEqual(t, bytes, int64(200<<10))
}

// use has a token used in each minute of some days.
func (r *rig) use(t *testing.T, token string, days int, does func(*usage.Delta)) {
	t.Helper()
	store := r.collector()
	for range days * 24 * 60 {
		d := usage.Delta{Subject: usage.Subject{Organization: "acme", Token: token}, Used: true}
		d.Secrets = []usage.SecretKey{"0123456789abcdef", "fedcba9876543210"}
		does(&d)
		store.outbox.put(&usage.Batch{Time: r.now, Deltas: []usage.Delta{d}})
		if r.now = r.now.Add(time.Minute); r.now.Hour() == 0 && r.now.Minute() == 0 {
			require.NoError(t, store.Add(t.Context(), &usage.Batch{}))
		}
	}
	require.NoError(t, store.Add(t.Context(), &usage.Batch{}))
}
