// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redislog_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// ask returns what a log holds at a moment, without changing it.
func (r *rig) ask(now int64) redislog.State {
	before := r.now
	r.now = now
	state := r.do(batches(0, 0, 1)).Log
	r.now = before
	return state
}

func TestClockStepsBack(t *testing.T) {
	r := newRig(t, redistest.Start(t), time.Second, time.Second)
	r.do(batches(10, 10, 4))
	r.now -= 3600 * sec
	r.do(batches(10, 10, 6))
	require.Equal(t, []window.Scope{window.Token}, r.do(batches(10, 10, 1)).Tokens[0].Refusers)
	require.Equal(t, []redislog.Step{{After: time.Hour + window.Hold, Spans: 10}}, r.ask(r.now).Steps)
	require.EqualValues(t, 10, r.ask(begin+hold-1).Total, "longer, never shorter")
	require.Zero(t, r.ask(begin+hold).Total)
}

// What has left by a clock that was too fast comes back with it, unless the log was written meanwhile.
func TestClockStepsForth(t *testing.T) {
	r := newRig(t, redistest.Start(t), time.Second, time.Second)
	for range 10 {
		r.do(batches(10, 10, 1))
		r.now += sec
	}
	const ahead = 55 * sec
	require.EqualValues(t, 5, r.ask(r.now+ahead).Total, "only what is older than a minute less the step has left")
	require.EqualValues(t, 10, r.ask(r.now).Total)
	r.now += ahead
	r.do(batches(10, 10, 1))
	r.now -= ahead
	require.EqualValues(t, 6, r.ask(r.now).Total)
}

func TestServersOwnClock(t *testing.T) {
	r := newRig(t, redistest.Start(t), time.Second, time.Second)
	r.now = 0
	from := r.redis.Time(r.ctx).Val().UnixMicro()
	reply := r.do(batches(10, 10, 1))
	require.GreaterOrEqual(t, reply.Now, from)
	require.LessOrEqual(t, reply.Now, r.redis.Time(r.ctx).Val().UnixMicro())
	require.EqualValues(t, reply.Now, reply.Log.Birth)
}
