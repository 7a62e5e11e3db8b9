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

func TestSlidingLog(t *testing.T) {
	for name, attempts := range map[string][]attempt{
		"leaves after 60 s, not a nanosecond earlier": {
			{0, 10, 10, true, 0},
			{0, 1, 10, false, 60 * sec},
			{60*sec - 1, 1, 10, false, 1},
			{60 * sec, 10, 10, true, 0},
			{60 * sec, 1, 10, false, 60 * sec},
		},
		"merges until the resolution has passed, and leaves by the last moment": {
			{0, 4, 10, true, 0},
			{1*sec - 1, 4, 10, true, 0},
			{60 * sec, 4, 10, false, 1*sec - 1},
			{61*sec - 2, 4, 10, false, 1},
			{61*sec - 1, 10, 10, true, 0},
		},
		"opens an entry once the resolution has passed": {
			{0, 4, 10, true, 0},
			{1 * sec, 4, 10, true, 0},
			{60 * sec, 6, 10, true, 0},
			{60 * sec, 1, 10, false, 1 * sec},
		},
		"merges from the first moment on, not from the last": {
			{0, 1, 3, true, 0},
			{600 * ms, 1, 3, true, 0},
			{1200 * ms, 1, 3, true, 0},
			{60 * sec, 1, 3, false, 600 * ms},
			{60*sec + 600*ms, 2, 3, true, 0},
		},
		"waits for as many entries as it takes": {
			{0, 2, 10, true, 0},
			{10 * sec, 3, 10, true, 0},
			{20 * sec, 5, 10, true, 0},
			{30 * sec, 2, 10, false, 30 * sec},
			{30 * sec, 3, 10, false, 40 * sec},
			{30 * sec, 5, 10, false, 40 * sec},
			{30 * sec, 6, 10, false, 50 * sec},
			{30 * sec, 10, 10, false, 50 * sec},
		},
		"refuses what arrives before the burst has left": {
			{59 * sec, 10, 10, true, 0},
			{61 * sec, 1, 10, false, 58 * sec},
			{119*sec - 1, 1, 10, false, 1},
			{119 * sec, 10, 10, true, 0},
		},
		"drops only what has left": {
			{0, 1, 4, true, 0},
			{1 * sec, 1, 4, true, 0},
			{1*sec + 500*ms, 1, 4, true, 0},
			{60*sec - 1, 1, 4, true, 0},
			{60*sec - 1, 1, 4, false, 1},
			{60 * sec, 1, 4, true, 0},
			{61 * sec, 1, 4, false, 500 * ms},
		},
		"lasts as long as its last moment": {
			{0, 1, 3, true, 0},
			{500 * ms, 1, 3, true, 0},
			{60 * sec, 1, 3, true, 0},
			{60 * sec, 1, 3, false, 500 * ms},
		},
		"applies a changed limit at once": {
			{0, 10, 10, true, 0},
			{1 * sec, 1, 5, false, 59 * sec},
			{1 * sec, 5, 15, true, 0},
			{1 * sec, 1, 15, false, 59 * sec},
			{60 * sec, 1, 5, false, 1 * sec},
			{60 * sec, 1, 6, true, 0},
			{60 * sec, 1 << 62, Unlimited, true, 0},
		},
		"keeps entries longer when time steps back": {
			{10 * sec, 1, 2, true, 0},
			{5 * sec, 1, 2, true, 0},
			{65 * sec, 1, 2, false, 5 * sec},
			{70*sec - 1, 1, 2, false, 1},
			{70 * sec, 2, 2, true, 0},
		},
		"drops nothing by a refusal, which a call of an earlier time may follow": {
			{0, 1, 2, true, 0},
			{2 * sec, 1, 2, true, 0},
			{61 * sec, 2, 2, false, 1 * sec},
			{59 * sec, 1, 2, false, 1 * sec},
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

func TestSlidingLogNil(t *testing.T) {
	var l *Log
	assert.Zero(t, l.Wait(0, 1, 1))
}

// A sender that charges at all times makes as many entries as there can be, and their room is reused.
func TestSlidingLogEntries(t *testing.T) {
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
