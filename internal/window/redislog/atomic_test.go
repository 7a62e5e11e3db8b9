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

// untouched runs calls that must write nothing: values, and TTLs, which no call sets to what inspect did, stay.
func (r *rig) untouched(call *redislog.Call) *redislog.Reply {
	all := keys(call)
	r.inspect(all)
	before := r.dump(all)
	reply := r.do(call)
	require.Equal(r.t, before, r.dump(all))
	for _, k := range r.inspect(all) {
		require.True(r.t, k.ttl == -2 || k.ttl > unset/2, "TTL changed")
	}
	return reply
}

func (r *rig) dump(keys []string) []string {
	var all []string
	for _, key := range keys {
		value, _ := r.redis.Dump(r.ctx, key).Result() // empty if there is none
		all = append(all, value)
	}
	return all
}

func TestRefusalWritesNothing(t *testing.T) {
	r := newRig(t, redistest.Start(t), time.Second, time.Second)
	for range 10 {
		r.do(batches(10, 10, 1))
		r.now += sec
	}
	for name, limits := range map[string][2]window.Limit{
		"token": {11, 10}, "organization": {10, 11}, "both": {10, 10}, "zero": {0, 0}, "below zero": {-1, -1},
		"organization below zero": {-5, window.Unlimited},
	} {
		for _, later := range []int64{0, 59 * sec} { // some entries have left, but there's still none to be dropped
			r.now += later
			call := batches(limits[0], limits[1], 11)
			require.NotContains(t, r.untouched(call).Tokens[0].Refusers, window.None, name)
			r.now -= later
		}
	}
	r.now += 2 * hold
	r.untouched(batches(10, 10, 11))
	r.untouched(batches(window.Unlimited, window.Unlimited, 11))
	require.Zero(t, r.do(batches(10, 10, 11)).Log.Total)
}

// Redis lost the log that a caller knew: all that the call brings is left for the next one.
func TestLostWritesNothing(t *testing.T) {
	r := newRig(t, redistest.Start(t), time.Second, time.Second)
	birth := r.do(batches(100, 100, 1)).Log.Birth
	require.EqualValues(t, begin, birth)
	for name, know := range map[string]func(*redislog.Call){
		"organization":         func(c *redislog.Call) { c.Log.Known = birth - 1 },
		"token":                func(c *redislog.Call) { c.Tokens[0].Log.Known = birth + 1 },
		"last of three tokens": func(c *redislog.Call) { c.Tokens[2].Log.Known = birth },
	} {
		t.Run(name, func(t *testing.T) {
			call := everything()
			know(call)
			r.now += sec
			reply := r.untouched(call)
			require.True(t, reply.Lost)
			require.Equal(t, redislog.State{Total: 1, Birth: birth}, reply.Log)
			require.Equal(t, redislog.TokenReply{State: reply.Log}, reply.Tokens[0])
			require.Equal(t, []redislog.TokenReply{{}, {}}, reply.Tokens[1:])
		})
	}
	call := everything()
	call.Log.Known, call.Tokens[0].Log.Known = birth, birth
	require.False(t, r.do(call).Lost)
}

// everything returns a call that does all that a call can do.
func everything() *redislog.Call {
	call := batches(100, 100, 1, 1)
	call.Log.Debts = []redislog.Debt{{Age: time.Second, Spans: 1}}
	call.Tokens[0].Log.Debts = call.Log.Debts
	call.Tokens[0].Refund, call.Tokens[0].Want = redislog.Refund{Spans: 1, Date: begin}, 3
	for _, id := range []string{"u", "v"} {
		t := call.Tokens[0]
		t.ID = id
		call.Tokens = append(call.Tokens, t)
	}
	return call
}

// Where there is no limit there is no log, whatever the caller owes it or knows of it.
func TestUnlimitedKeepsNothing(t *testing.T) {
	r := newRig(t, redistest.Start(t), time.Second, time.Second)
	call := everything()
	call.Log.Limit, call.Log.Known = window.Unlimited, 7
	for i := range call.Tokens {
		call.Tokens[i].Log.Limit, call.Tokens[i].Log.Known = window.Unlimited, 7
	}
	call.Tokens[1].ID, call.Tokens[1].Log.Limit = "", 1
	reply := r.untouched(call)
	require.False(t, reply.Lost)
	for _, t := range reply.Tokens {
		require.Equal(r.t, redislog.TokenReply{Grant: 3, Refusers: []window.Scope{0, 0}}, t)
	}
	require.Zero(t, r.redis.DBSize(r.ctx).Val())
}

// A call fails as a whole: if its last key can't be read, the first isn't written.
func TestErrorWritesNothing(t *testing.T) {
	r := newRig(t, redistest.Start(t), time.Second, time.Second)
	require.NoError(t, r.redis.RPush(r.ctx, tokenKey("o", "v"), "a list").Err())
	calls := []*redislog.Call{batches(9, 9, 1), everything(), batches(9, 9, 1)}
	replies := []*redislog.Reply{{}, {}, {}}
	errs := r.client.Do(r.ctx, calls, replies)
	require.NoError(t, errs[0])
	require.ErrorContains(t, errs[1], "WRONGTYPE")
	require.NoError(t, errs[2])
	require.EqualValues(t, 2, replies[2].Log.Total)
	require.Zero(t, r.redis.Exists(r.ctx, tokenKey("o", "u")).Val())
}
