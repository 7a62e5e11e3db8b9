// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package window

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

const (
	ms  = time.Millisecond
	sec = time.Second
)

// attempt is one try to charge n spans at a time, and what is expected of it.
type attempt struct {
	at    time.Duration
	n     int64
	limit Limit
	ok    bool
	retry time.Duration
}

func TestLog(t *testing.T) {
	for name, attempts := range map[string][]attempt{
		"counts at 60 s still, and a microsecond later no more": {
			{0, 10, 10, true, 0},
			{60 * sec, 1, 10, false, time.Microsecond},
			{60*sec + time.Microsecond, 10, 10, true, 0},
			{120*sec + time.Microsecond, 1, 10, false, time.Microsecond},
		},
		"leaves after Hold, not a nanosecond earlier": {
			{0, 10, 10, true, 0},
			{0, 1, 10, false, Hold},
			{Hold - 1, 1, 10, false, 1},
			{Hold, 10, 10, true, 0},
			{Hold, 1, 10, false, Hold},
		},
		"merges until the resolution has passed, and leaves by the last moment": {
			{0, 4, 10, true, 0},
			{1*sec - 1, 4, 10, true, 0},
			{Hold, 4, 10, false, 1*sec - 1},
			{Hold + 1*sec - 2, 4, 10, false, 1},
			{Hold + 1*sec - 1, 10, 10, true, 0},
		},
		"opens an entry once the resolution has passed": {
			{0, 4, 10, true, 0},
			{1 * sec, 4, 10, true, 0},
			{Hold, 6, 10, true, 0},
			{Hold, 1, 10, false, 1 * sec},
		},
		"merges from the first moment on, not from the last": {
			{0, 1, 3, true, 0},
			{600 * ms, 1, 3, true, 0},
			{1200 * ms, 1, 3, true, 0},
			{Hold, 1, 3, false, 600 * ms},
			{Hold + 600*ms, 2, 3, true, 0},
		},
		"waits for as many entries as it takes": {
			{0, 2, 10, true, 0},
			{10 * sec, 3, 10, true, 0},
			{20 * sec, 5, 10, true, 0},
			{30 * sec, 2, 10, false, Hold - 30*sec},
			{30 * sec, 3, 10, false, Hold - 20*sec},
			{30 * sec, 5, 10, false, Hold - 20*sec},
			{30 * sec, 6, 10, false, Hold - 10*sec},
			{30 * sec, 10, 10, false, Hold - 10*sec},
		},
		"refuses what arrives before the burst has left": {
			{59 * sec, 10, 10, true, 0},
			{61 * sec, 1, 10, false, Hold - 2*sec},
			{59*sec + Hold - 1, 1, 10, false, 1},
			{59*sec + Hold, 10, 10, true, 0},
		},
		"drops only what has left": {
			{0, 1, 4, true, 0},
			{1 * sec, 1, 4, true, 0},
			{1*sec + 500*ms, 1, 4, true, 0},
			{Hold - 1, 1, 4, true, 0},
			{Hold - 1, 1, 4, false, 1},
			{Hold, 1, 4, true, 0},
			{Hold + 1*sec, 1, 4, false, 500 * ms},
		},
		"lasts as long as its last moment": {
			{0, 1, 3, true, 0},
			{500 * ms, 1, 3, true, 0},
			{Hold, 1, 3, true, 0},
			{Hold, 1, 3, false, 500 * ms},
		},
		"applies a changed limit at once": {
			{0, 10, 10, true, 0},
			{1 * sec, 1, 5, false, Hold - 1*sec},
			{1 * sec, 5, 15, true, 0},
			{1 * sec, 1, 15, false, Hold - 1*sec},
			{Hold, 1, 5, false, 1 * sec},
			{Hold, 1, 6, true, 0},
			{Hold, 1 << 62, Unlimited, true, 0},
		},
		"keeps entries longer when time steps back": {
			{10 * sec, 1, 2, true, 0},
			{5 * sec, 1, 2, true, 0},
			{5*sec + Hold, 1, 2, false, 5 * sec},
			{10*sec + Hold - 1, 1, 2, false, 1},
			{10*sec + Hold, 2, 2, true, 0},
		},
		"drops nothing by a refusal, which a call of an earlier time may follow": {
			{0, 1, 2, true, 0},
			{2 * sec, 1, 2, true, 0},
			{Hold + 1*sec, 2, 2, false, 1 * sec},
			{Hold - 1*sec, 1, 2, false, 1 * sec},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var l Log
			for i, a := range attempts {
				retry := l.Wait(a.at, a.n, a.limit)
				assert.Equal(t, a.ok, retry == 0, "attempt %d", i)
				assert.Equal(t, a.retry, retry, "attempt %d", i)
				if a.ok {
					l.Charge(a.at, a.n, time.Second)
				}
			}
		})
	}
}

func TestLogNil(t *testing.T) {
	var l *Log
	assert.Zero(t, l.Wait(0, 1, 1))
}

// A sender that charges at all times makes as many entries as there can be, and their room is reused.
func TestLogRoom(t *testing.T) {
	for _, resolution := range []time.Duration{100 * ms, 700 * ms, 1 * sec, 7 * sec, 10 * sec} {
		t.Run(resolution.String(), func(t *testing.T) {
			var l Log
			most, room := 0, 0
			for now := time.Duration(0); now < 10*Hold; now += resolution {
				l.Charge(now, 1, resolution)
				most = max(most, len(l.sealed)+1)
				if now <= 2*Hold {
					room = cap(l.sealed)
				}
			}
			assert.Equal(t, int((Hold+resolution-1)/resolution), most)
			assert.Equal(t, room, cap(l.sealed))
		})
	}
}

func TestLogEntries(t *testing.T) {
	var l Log
	assert.Empty(t, entriesOf(&l))
	for _, c := range []struct {
		at   time.Duration
		n    int64
		want []charge
	}{
		{0, 1, []charge{{0, 1}}},
		{500 * ms, 2, []charge{{500 * ms, 3}}},
		{1 * sec, 4, []charge{{500 * ms, 3}, {1 * sec, 4}}},
		{500 * ms, 1, []charge{{500 * ms, 3}, {1 * sec, 5}}}, // time stepped back
		{3 * sec, 6, []charge{{500 * ms, 3}, {1 * sec, 5}, {3 * sec, 6}}},
		{Hold + 500*ms - 1, 7, []charge{{500 * ms, 3}, {1 * sec, 5}, {3 * sec, 6}, {Hold + 500*ms - 1, 7}}},
		{Hold + 500*ms, 1, []charge{{1 * sec, 5}, {3 * sec, 6}, {Hold + 500*ms, 8}}},
		{2*Hold + 500*ms - 1, 9, []charge{{Hold + 500*ms, 8}, {2*Hold + 500*ms - 1, 9}}},
		{3*Hold + 500*ms - 1, 1, []charge{{3*Hold + 500*ms - 1, 1}}},
	} {
		l.Charge(c.at, c.n, time.Second)
		assert.Equal(t, c.want, entriesOf(&l), "charged at %v", c.at)
	}
}

// What has left stays until a charge drops it, and whoever reads the entries must reckon with that.
func TestLogEntriesThatHaveLeft(t *testing.T) {
	var l Log
	l.Charge(0, 1, time.Second)
	l.Charge(2*sec, 2, time.Second)
	assert.Zero(t, l.Wait(9*Hold, 3, 3))
	assert.True(t, l.Idle(9*Hold))
	assert.Equal(t, []charge{{0, 1}, {2 * sec, 2}}, entriesOf(&l))
}

func TestLogEntriesBreak(t *testing.T) {
	var l Log
	for i := range 3 {
		l.Charge(time.Duration(i)*sec, 1, time.Second)
	}
	for most := 1; most <= 3; most++ {
		seen := 0
		for range l.Entries() {
			if seen++; seen == most {
				break
			}
		}
		assert.Equal(t, most, seen)
	}
}

// entriesOf returns each entry of a log as a charge at its last moment.
func entriesOf(l *Log) []charge {
	var all []charge
	for last, n := range l.Entries() {
		all = append(all, charge{last, n})
	}
	return all
}
