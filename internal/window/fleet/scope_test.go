// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// TestScopeWait tells the share of one of four collectors that heard of 60 spans at 100 s, all of which leave by 162 s.
func TestScopeWait(t *testing.T) {
	const beyond = window.Hold - window.Length
	for name, c := range map[string]struct {
		own   map[time.Duration]int64 // admitted at a moment, without Redis from 100 s on
		now   time.Duration
		spans int64
		limit window.Limit
		want  time.Duration
	}{
		"a quarter of the rest":           {nil, 101 * sec, 10, 100, 0},
		"more than that":                  {nil, 101 * sec, 11, 100, 61 * sec},
		"the rest of that":                {map[time.Duration]int64{100 * sec: 6}, 101 * sec, 4, 100, 0},
		"more than what is left":          {map[time.Duration]int64{100 * sec: 6}, 101 * sec, 5, 100, 61 * sec},
		"what was charged is no matter":   {map[time.Duration]int64{99 * sec: 30}, 101 * sec, 10, 100, 0},
		"rounded down":                    {nil, 101 * sec, 10, 103, 0},
		"rounded down, indeed":            {nil, 101 * sec, 11, 103, 61 * sec},
		"nothing is left":                 {nil, 101 * sec, 1, 60, 61 * sec},
		"less than nothing":               {nil, 101 * sec, 1, 20, 61 * sec},
		"until all have left":             {nil, 162*sec - 1, 25, 100, 1},
		"all have left":                   {nil, 162 * sec, 25, 100, 0},
		"then a quarter of the limit":     {nil, 162 * sec, 26, 100, window.Length},
		"rounded up":                      {nil, 162 * sec, 26, 101, 0},
		"one's own count until they left": {map[time.Duration]int64{110 * sec: 5}, 162 * sec, 21, 100, 8*sec + beyond},
		"and fit beside them":             {map[time.Duration]int64{110 * sec: 5}, 162 * sec, 20, 100, 0},
		"own wait is the longer":          {map[time.Duration]int64{110 * sec: 12}, 161 * sec, 20, 100, 9*sec + beyond},
		"larger than the share":           {nil, 101 * sec, 26, 100, window.Length},
		"no limit":                        {nil, 101 * sec, 1e9, window.Unlimited, 0},
	} {
		s := scope{total: 60, until: 162 * sec}
		for at, n := range c.own {
			if at < 100*sec {
				s.own.Charge(at, n, sec)
			} else {
				s.owe(at, n, sec)
			}
		}
		assert.Equal(t, c.want, s.wait(c.now, c.spans, c.limit, 4), name)
	}
	s := scope{}
	assert.Zero(t, s.wait(0, 25, 100, 4), "never heard of")
	assert.Zero(t, s.wait(0, 100, 100, 1), "alone")
}

// TestScopeDebts sends what is owed, and takes it back if the call fails, together with what is owed by then.
func TestScopeDebts(t *testing.T) {
	var s scope
	var log redislog.Log
	s.owe(100*sec, 5, sec)
	s.owe(102*sec, 6, sec)
	s.send(110*sec, window.Unlimited, &log)
	assert.Empty(t, log.Debts, "no log")
	s.send(110*sec, 50, &log)
	assert.Equal(t, redislog.Log{Limit: 50, Debts: []redislog.Debt{{Age: 10 * sec, Spans: 5}, {Age: 8 * sec, Spans: 6}}}, log)
	assert.Zero(t, s.owed.Total())
	s.owe(111*sec, 7, sec)
	s.unsend(sec)
	s.send(112*sec, 50, &log)
	assert.Equal(t, []redislog.Debt{{Age: 12 * sec, Spans: 5}, {Age: 10 * sec, Spans: 6}, {Age: 1 * sec, Spans: 7}}, log.Debts)
	s.owe(113*sec, 8, sec)
	c := commit{asked: 112 * sec, received: 114 * sec, lease: sec}
	s.heard(&c, &redislog.State{Total: 40, Birth: 3}, false)
	assert.Equal(t, [2]int64{40, 8}, [2]int64{s.total, s.since})
	assert.Equal(t, 175*sec+time.Microsecond, s.until)
	assert.Zero(t, s.sent.Total())
	s.send(115*sec, 50, &log)
	assert.Equal(t, redislog.Log{Limit: 50, Known: 3, Debts: []redislog.Debt{{Age: 2 * sec, Spans: 8}}}, log)
	s.ceiling = *seen()
	s.lose()
	assert.Equal(t, ceiling{}, s.ceiling)
	s.send(115*sec, 50, &log)
	assert.Equal(t, int64(26), log.Debts[0].Spans+log.Debts[1].Spans+log.Debts[2].Spans+log.Debts[3].Spans)
	assert.Zero(t, log.Known)
}

// TestScopeSettling keeps what was known of a log that not all have told of what they owe it.
func TestScopeSettling(t *testing.T) {
	s := scope{total: 60, until: 162 * sec, since: 4}
	c := commit{asked: 112 * sec, received: 114 * sec, lease: sec}
	s.heard(&c, &redislog.State{Total: 40, Birth: 3}, true)
	assert.Equal(t, scope{total: 60, until: 162 * sec, since: 4, birth: 3}, s)
}

func TestScopeIdle(t *testing.T) {
	s := scope{until: 50 * sec}
	assert.False(t, s.idle(50*sec-1))
	assert.True(t, s.idle(50*sec))
	s.owe(60*sec, 1, sec)
	s.birth = 9
	assert.False(t, s.idle(120*sec))
	assert.Equal(t, redislog.Birth(9), s.known(120*sec))
	assert.True(t, s.idle(60*sec+window.Hold))
	assert.Zero(t, s.known(60*sec+window.Hold), "it may have expired")
	s.ceiling = *seen()
	assert.False(t, s.idle(130*sec))
	assert.True(t, s.idle(140*sec))
}
