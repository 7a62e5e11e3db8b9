// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redislogtest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// That it decides as Redis does is tested in package redislog, which has the script.

const second = int64(1_000_000)

func one() *redislog.Call {
	return &redislog.Call{Organization: "o", Log: redislog.Log{Limit: 5}, Tokens: []redislog.Token{
		{ID: "t", Log: redislog.Log{Limit: 5}, Batches: []int64{1}},
	}}
}

func TestServer(t *testing.T) {
	s := NewServer(time.Second, time.Second)
	var reply redislog.Reply
	s.Run(second, one(), &reply)
	require.Equal(t, 2, s.Len())
	require.EqualValues(t, second, s.Birth("o", ""))
	require.Zero(t, s.Birth("o", "u"))
	require.EqualValues(t, 1, s.Total(61*second, "o", "t"))
	require.Zero(t, s.Total(61*second+1, "o", "t"))
	s.Expire(s.Deadline("o", "t"))
	require.Equal(t, 2, s.Len())
	s.Expire(s.Deadline("o", "t") + 1)
	require.Zero(t, s.Len())
}

func TestCopyStandsStill(t *testing.T) {
	s := NewServer(time.Second, time.Second)
	var reply redislog.Reply
	for now := range 3 * second / 400_000 {
		s.Run(1+now*400_000, one(), &reply)
	}
	replica := s.Copy()
	s.Run(62*second, one(), &reply)
	require.EqualValues(t, 5, replica.Total(3*second, "o", ""))
	s.Flush()
	require.Zero(t, s.Len())
	require.EqualValues(t, 5, replica.Total(3*second, "o", "t"))
	replica.Run(3*second, one(), &reply)
	require.EqualValues(t, 1, reply.Tokens[0].Refusers[0])
}

// Tests of other layers decide a million times.
func BenchmarkRun(b *testing.B) {
	s := NewServer(time.Second, time.Second)
	call, now := one(), second
	call.Log.Limit, call.Tokens[0].Log.Limit = 1<<40, 1<<40
	var reply redislog.Reply
	b.ReportAllocs()
	for b.Loop() {
		now += 100_000
		s.Run(now, call, &reply)
	}
}
