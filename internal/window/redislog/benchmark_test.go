// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redislog_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// BenchmarkScript tells what calls cost the server, on logs of 60 entries. The usual call finds an entry to merge into;
// once a second one opens another; and one that is refused something brings the entries back.
func BenchmarkScript(b *testing.B) {
	s := redistest.Start(b)
	for _, size := range []struct{ tokens, batches int }{{1, 1}, {1, 16}, {4, 1}, {16, 1}, {1, redislog.MaxBatches}} {
		name := fmt.Sprintf("tokens=%d/batches=%d/", size.tokens, size.batches)
		b.Run(name+"merge", func(b *testing.B) { benchmark(b, s, many(size.tokens, size.batches, 1<<40), 0) })
		b.Run(name+"open", func(b *testing.B) { benchmark(b, s, many(size.tokens, size.batches, 1<<40), sec) })
		b.Run(name+"refuse", func(b *testing.B) { benchmark(b, s, many(size.tokens, size.batches, 0), 0) })
	}
}

// many returns a call of so many tokens with so many batches each.
func many(tokens, n int, limit window.Limit) *redislog.Call {
	call := batches(limit, limit)
	call.Tokens = nil
	for i := range tokens {
		t := redislog.Token{ID: strconv.Itoa(i), Log: redislog.Log{Limit: limit}, Batches: make([]int64, n)}
		for j := range t.Batches {
			t.Batches[j] = 50
		}
		call.Tokens = append(call.Tokens, t)
	}
	return call
}

// benchmark runs a call again and again, with that time between.
func benchmark(b *testing.B, s *redistest.Server, call *redislog.Call, pause int64) {
	b.Helper()
	r := newRig(b, s, time.Second, time.Second)
	fill(r, many(len(call.Tokens), 1, 1<<40), 60, sec)
	r.now -= sec // the last entry is open
	require.NoError(b, r.redis.ConfigResetStat(b.Context()).Err())
	replies := []*redislog.Reply{{}}
	b.ReportAllocs()
	for b.Loop() {
		r.now += pause
		if err := r.client.Do(r.ctx, []*redislog.Call{call}, replies)[0]; err != nil {
			b.Fatal(err)
		}
	}
	cost := usecPerCall(b, r.redis)
	b.ReportMetric(cost, "server-µs/call")
	b.ReportMetric(cost/float64(len(call.Tokens)*len(call.Tokens[0].Batches)), "server-µs/decision")
}

// fill gives the logs of calls so many entries, that time apart.
func fill(r *rig, call *redislog.Call, entries int, apart int64) {
	for range entries {
		r.do(call)
		r.now += apart
	}
}

func usecPerCall(b *testing.B, client *redis.Client) float64 {
	b.Helper()
	info, err := client.Info(b.Context(), "commandstats").Result()
	require.NoError(b, err)
	_, line, found := strings.Cut(info, "cmdstat_evalsha:")
	require.True(b, found)
	_, value, _ := strings.Cut(line, "usec_per_call=")
	value, _, _ = strings.Cut(value, ",")
	usec, err := strconv.ParseFloat(value, 64)
	require.NoError(b, err)
	return usec
}
