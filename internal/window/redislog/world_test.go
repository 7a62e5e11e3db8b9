// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redislog_test

import (
	"maps"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog/redislogtest"
)

// world runs random calls on Redis and on a model of it, and compares what they answer and keep.
type world struct {
	*rig
	choices
	model             *redislogtest.Server
	resolution, lease time.Duration
	limits            map[scopeID]window.Limit
	births            map[scopeID]redislog.Birth // as a caller remembers them
	values            map[string]string          // what the keys held when they were last seen
	deadlines         map[string]int64           // when the keys expire
	reply, want       redislog.Reply             // used again and again, as callers do
}

// scopeID names a token, or an organization if token is empty.
type scopeID struct{ organization, token string }

func newWorld(t require.TestingT, s *redistest.Server, c choices) *world {
	w := &world{
		choices: c, limits: map[scopeID]window.Limit{}, births: map[scopeID]redislog.Birth{},
		values: map[string]string{}, deadlines: map[string]int64{},
	}
	w.resolution = pick(c, 100*time.Millisecond, 300*time.Millisecond, time.Second, 7*time.Second, 10*time.Second)
	w.lease = pick(c, w.resolution, w.resolution, w.resolution/2, 100*time.Microsecond, 3*w.resolution)
	w.rig = newRig(t, s, w.resolution, w.lease)
	w.model = redislogtest.NewServer(w.resolution, w.lease)
	return w
}

// step lets time pass and runs a call. Now and then all is lost, or what is old expires.
func (w *world) step() {
	w.pass()
	switch w.choose(40) {
	case 0:
		require.NoError(w.t, w.redis.FlushAll(w.ctx).Err())
		w.model.Flush()
		clear(w.values)
		clear(w.deadlines)
	case 1, 2, 3:
		w.expire()
	}
	w.run(w.call())
}

// pass moves the clock: usually on, sometimes back.
func (w *world) pass() {
	grain := w.resolution.Microseconds()
	if w.choose(8) == 0 {
		w.now -= pick(w.choices, 1, ms, grain, 3*sec, 65*sec)
		return
	}
	w.now += pick(w.choices, 0, 0, 1, ms, grain/3, grain-1, grain, grain, grain+1, int64(w.choose(int(10*sec))),
		int64(w.choose(int(10*sec))), hold-grain, hold-1, hold, hold+1, hold+grain, 3600*sec)
}

// expire drops the keys whose time has come on the clock of this world; Redis's own hardly moves meanwhile.
func (w *world) expire() {
	w.model.Expire(w.now)
	for key, deadline := range maps.Clone(w.deadlines) {
		if deadline < w.now {
			require.NoError(w.t, w.redis.Del(w.ctx, key).Err())
			delete(w.deadlines, key)
			delete(w.values, key)
		}
	}
	require.Len(w.t, w.deadlines, w.model.Len())
}

// run runs a call on both sides.
func (w *world) run(call *redislog.Call) {
	began := time.Now()
	for _, err := range w.client.Do(w.ctx, []*redislog.Call{call}, []*redislog.Reply{&w.reply}) {
		require.NoError(w.t, err)
	}
	w.model.Run(w.now, call, &w.want)
	require.Equal(w.t, plain(&w.want), plain(&w.reply), "%+v", call)
	w.remember(call)
	keys := keys(call)
	for i, k := range w.inspect(keys) {
		w.compareKey(call, i, keys[i], k, time.Since(began))
	}
}

// compareKey compares a key with the model, and with what it held before.
func (w *world) compareKey(call *redislog.Call, i int, name string, k key, took time.Duration) {
	id := scopeID{organization: call.Organization}
	if i > 0 {
		id.token = call.Tokens[i-1].ID
	}
	if i > 0 && id.token == "" {
		require.Equal(w.t, int64(-2), k.ttl)
		return
	}
	if idle(call, &w.reply) {
		require.Equal(w.t, w.values[name], k.value, "written")
		require.True(w.t, k.ttl == -2 || k.ttl > unset/2, "TTL changed")
	}
	if k.ttl != -2 {
		log := parse(w.t, k.value)
		log.wellFormed(w.t, w.resolution, w.lease)
		w.values[name] = k.value
		w.meetDeadline(name, k.ttl, took)
	}
	require.Equal(w.t, w.model.Deadline(id.organization, id.token), w.deadlines[name], name)
}

// meetDeadline notes the deadline of a key that was written with a new one.
func (w *world) meetDeadline(name string, ttl int64, took time.Duration) {
	require.NotEqual(w.t, int64(-1), ttl, "stays for ever")
	life := life(w.resolution, w.lease)
	if ttl > unset/2 {
		return
	}
	require.LessOrEqual(w.t, ttl, life)
	require.GreaterOrEqual(w.t, ttl, life-took.Milliseconds()-1)
	w.deadlines[name] = w.now + life*ms
}

// remember keeps births as a caller does.
func (w *world) remember(call *redislog.Call) {
	w.births[scopeID{call.Organization, ""}] = w.reply.Log.Birth
	for i, t := range call.Tokens {
		w.births[scopeID{call.Organization, t.ID}] = w.reply.Tokens[i].Birth
	}
}

// idle reports whether a call must not have written anything.
func idle(call *redislog.Call, reply *redislog.Reply) bool {
	if reply.Lost {
		return true
	}
	busy := len(call.Log.Debts) > 0
	for i, t := range call.Tokens {
		r := &reply.Tokens[i]
		busy = busy || len(t.Log.Debts) > 0 || t.Refund.Spans > 0 || r.Grant > 0 || slices.Contains(r.Refusers, window.None)
	}
	return !busy
}

// plain returns a copy of a reply in which empty slices are nil.
func plain(r *redislog.Reply) redislog.Reply {
	c := redislog.Reply{Now: r.Now, Lost: r.Lost, Log: r.Log}
	c.Log.Steps = append([]redislog.Step(nil), r.Log.Steps...)
	for _, t := range r.Tokens {
		t.Steps = append([]redislog.Step(nil), t.Steps...)
		t.Refusers = append([]window.Scope(nil), t.Refusers...)
		c.Tokens = append(c.Tokens, t)
	}
	return c
}
