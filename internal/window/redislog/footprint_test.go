// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redislog_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// grain is small enough for 62 entries.
const grain = 900 * ms

// What a window takes in Redis, by its entries: 16 bytes each, and what the key takes.
func TestBytesPerWindow(t *testing.T) {
	s := redistest.Start(t)
	for _, entries := range []int{1, 5, 30, 62} {
		r := newRig(t, s, time.Duration(grain)*time.Microsecond, time.Second)
		call := long(0, 1)
		fill(r, call, entries, grain)
		key := keys(call)[1]
		require.EqualValues(t, 48+16*(entries-1), r.redis.StrLen(t.Context(), key).Val())
		bytes := r.redis.MemoryUsage(t.Context(), key, 0).Val()
		t.Logf("%d entries: %d bytes", entries, bytes)
		require.Less(t, bytes, int64(400+20*entries))
	}
}

// 2,000 tokens at all times take what 100,000 take, in proportion.
func TestBytesPerActiveToken(t *testing.T) {
	const organizations, tokens, entries = 20, 100, 62
	r := newRig(t, redistest.Start(t), time.Duration(grain)*time.Microsecond, time.Second)
	var calls []*redislog.Call
	var replies []*redislog.Reply
	for o := range organizations {
		for from := 0; from < tokens; from += 10 {
			call := long(from, 10)
			call.Organization = strings.Repeat("o", 30) + strconv.Itoa(o)
			calls, replies = append(calls, call), append(replies, new(redislog.Reply))
		}
	}
	before := usedMemory(r)
	for range entries {
		for _, err := range r.client.Do(r.ctx, calls, replies) {
			require.NoError(t, err)
		}
		r.now += grain
	}
	require.EqualValues(t, organizations*(tokens+1), r.redis.DBSize(t.Context()).Val())
	each := (usedMemory(r) - before) / (organizations * tokens)
	t.Logf("%d bytes per token of %d entries, its share of the organization's included: %d MB for 100,000",
		each, entries, each*100_000/1_000_000)
	require.Less(t, each, int64(2_500))
}

// long returns a call of tokens with IDs as long as those that the registry makes.
func long(from, n int) *redislog.Call {
	call := many(n, 1, 1<<40)
	for i := range call.Tokens {
		call.Tokens[i].ID = strings.Repeat("t", 30) + strconv.Itoa(from+i)
	}
	return call
}

// usedMemory returns what Redis takes for all it holds.
func usedMemory(r *rig) int64 {
	info, err := r.redis.Info(r.ctx, "memory").Result()
	require.NoError(r.t, err)
	_, value, _ := strings.Cut(info, "used_memory_dataset:")
	value, _, _ = strings.Cut(value, "\r\n")
	bytes, err := strconv.ParseInt(value, 10, 64)
	require.NoError(r.t, err)
	return bytes
}
