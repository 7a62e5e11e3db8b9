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

func lease(organization, token window.Limit, want, least int64, spans ...int64) *redislog.Call {
	call := batches(organization, token, spans...)
	call.Tokens[0].Want, call.Tokens[0].Least = want, least
	return call
}

func TestLeaseSize(t *testing.T) {
	s := redistest.Start(t)
	for name, try := range map[string]struct {
		call *redislog.Call
		want int64
	}{
		"what is wanted":                         {lease(1_000, 1_000, 7, 1, 10), 7},
		"a tenth of what the token has left":     {lease(10_000, 1_000, 1_000, 1, 500), 50},
		"a tenth of what the organization has":   {lease(1_000, 10_000, 1_000, 1, 500), 50},
		"rounded down":                           {lease(1_000, 1_000, 1_000, 1, 501), 49},
		"none if it is less than is worth while": {lease(1_000, 1_000, 1_000, 51, 500), 0},
		"no more than wanted where that is more": {lease(1_000, 1_000, 60, 50, 500), 50},
		"none if a batch was refused":            {lease(1_000, 1_000, 10, 1, 500, 501), 0},
		"none of nothing":                        {lease(9, 9, 10, 0, 1), 0},
		"without a token's limit":                {lease(1_000, window.Unlimited, 1_000, 1, 500), 50},
		"without an organization's limit":        {lease(window.Unlimited, 1_000, 1_000, 1, 500), 50},
		"without any limit":                      {lease(window.Unlimited, window.Unlimited, 1_000, 1, 500), 1_000},
		"without batches":                        {lease(100, 100, 1_000, 1), 10},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, s, time.Second, time.Second)
			require.Equal(t, try.want, r.do(try.call).Tokens[0].Grant)
		})
	}
}

// A lease is charged at its end: what is spent at any moment until then counts for a minute from that moment on.
func TestLeaseCountsFromItsEnd(t *testing.T) {
	r := newRig(t, redistest.Start(t), time.Second, 3*time.Second)
	require.EqualValues(t, 10, r.do(lease(100, 100, 1_000, 1)).Tokens[0].Grant)
	require.EqualValues(t, 10, r.ask(begin+3*sec+hold-1).Total)
	require.Zero(t, r.ask(begin+3*sec+hold).Total)
	require.Equal(t, []redislog.Step{{After: 3*time.Second + window.Hold, Spans: 10}}, r.ask(begin).Steps)
}

// However often collectors ask, at most a tenth of a limit is dated after now, in as many entries as that takes.
func TestLeasesHaveACap(t *testing.T) {
	r := newRig(t, redistest.Start(t), 100*time.Millisecond, time.Second)
	for range 40 {
		r.do(lease(window.Unlimited, 1_000, 40, 1))
		r.now += 50 * ms
		ahead, entries := int64(0), 0
		for _, step := range r.do(batches(window.Unlimited, 0, 1)).Tokens[0].Steps {
			if step.After > window.Hold {
				ahead += step.Spans
				entries++
			}
		}
		require.LessOrEqual(t, ahead, int64(100))
		require.Positive(t, entries)
	}
}

// Three entries are dated after now, and make up what may be.
func TestLeaseCapCountsAllEntries(t *testing.T) {
	r := newRig(t, redistest.Start(t), 100*time.Millisecond, time.Second)
	for _, want := range []int64{40, 30, 30, 0} {
		require.Equal(t, want, r.do(lease(window.Unlimited, 1_000, max(1, want), 1)).Tokens[0].Grant)
		r.now += 100 * ms
	}
	require.Len(t, r.do(batches(window.Unlimited, 0, 1)).Tokens[0].Steps, 3)
	r.now = begin + 1100*ms
	require.EqualValues(t, 70, r.do(lease(window.Unlimited, 1_000, 100, 1)).Tokens[0].Grant, "two have ended")
}

// A refund takes from the entry that was charged, and then from those before it: what is left leaves no earlier than it
// should.
func TestRefundTakesWhatWasCharged(t *testing.T) {
	r := newRig(t, redistest.Start(t), time.Second, time.Second)
	for range 3 {
		r.do(batches(100, 100, 10))
		r.now += 10 * sec
	}
	charged := r.now - 20*sec
	call := refunding(15, charged)
	none := redislog.Token{ID: "u", Log: redislog.Log{Limit: 9}, Refund: redislog.Refund{Spans: 1, Date: charged}}
	call.Tokens = append(call.Tokens, none)
	reply := r.do(call)
	require.EqualValues(t, 15, reply.Tokens[0].Total)
	require.EqualValues(t, 14, reply.Log.Total, "the organization has both back")
	require.Equal(t, redislog.State{}, reply.Tokens[1].State, "there was nothing to give back")
	require.Equal(t, []redislog.Step{
		{After: window.Hold - 30*time.Second, Spans: 5}, {After: window.Hold - 10*time.Second, Spans: 9},
	}, r.ask(r.now).Steps)
	require.EqualValues(t, 14, r.do(refunding(1_000, r.now-10*sec+1)).Log.Total, "was charged to no entry there is")
	require.EqualValues(t, 14, r.do(refunding(1_000, r.now-60*sec-1)).Log.Total, "has left")
	require.Zero(t, r.do(refunding(1_000, r.now-10*sec)).Log.Total)
	require.Zero(t, r.redis.Exists(r.ctx, tokenKey("o", "u")).Val())
}
