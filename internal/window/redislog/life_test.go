// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redislog_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// Each key outlives what it holds, whatever wrote it last; world_test.go compares the moments for random histories.
func TestKeysOutliveTheirSpans(t *testing.T) {
	s := redistest.Start(t)
	for name, steps := range map[string][]*redislog.Call{
		"a charge":                         {batches(99, 99, 1)},
		"charges that merge":               {batches(99, 99, 1), batches(99, 99, 1), batches(99, 99, 1)},
		"a lease":                          {leasing(batches(99, 99, 1))},
		"a charge after all was refunded":  {batches(99, 99, 5), refunding(5, begin), batches(99, 99, 1)},
		"a charge after some was refunded": {batches(99, 99, 5), refunding(3, begin), batches(99, 99, 1)},
		"a debt after all was refunded":    {batches(99, 99, 5), refunding(5, begin), owing(0)},
		"a debt":                           {owing(59 * time.Second), owing(30 * time.Second), owing(0)},
	} {
		for _, pause := range []int64{ms, 999 * ms, sec, 40 * sec, 60 * sec} {
			t.Run(name, func(t *testing.T) {
				newLife(t, s).outlives(steps, pause)
			})
		}
	}
}

// lifetime follows the TTL of a key in the time of its rig.
type lifetime struct {
	*rig
	deadline int64
}

func newLife(t *testing.T, s *redistest.Server) *lifetime {
	t.Helper()
	return &lifetime{rig: newRig(t, s, time.Second, time.Second)}
}

// outlives runs calls with pauses between them.
func (l *lifetime) outlives(steps []*redislog.Call, pause int64) {
	for _, call := range steps {
		l.do(call)
		k := l.inspect([]string{tokenKey("o", "t")})[0]
		if k.ttl < unset/2 {
			l.deadline = l.now + k.ttl*ms
		}
		i := parse(l.t, k.value)
		require.Greater(l.t, l.deadline, i.last+hold, "expires before its last span has left")
		l.now += pause
	}
	require.Less(l.t, l.deadline, l.now+life(time.Second, time.Second)*ms+1)
}

// leasing has a call ask for a lease, too.
func leasing(call *redislog.Call) *redislog.Call {
	call.Tokens[0].Want = 1 << 20
	return call
}

func refunding(n, date int64) *redislog.Call {
	call := batches(99, 99)
	call.Tokens[0].Refund = redislog.Refund{Spans: n, Date: date}
	return call
}

func owing(age time.Duration) *redislog.Call {
	call := batches(99, 99)
	call.Tokens[0].Log.Debts = []redislog.Debt{{Age: age, Spans: 1}}
	return call
}

// After that time Redis drops them: nobody else does.
func TestNothingIsLeftForEver(t *testing.T) {
	r := newRig(t, redistest.Start(t), 100*time.Millisecond, time.Millisecond)
	r.do(everything())
	for _, key := range keys(everything()) {
		ttl := r.redis.PTTL(r.ctx, key).Val()
		require.Positive(t, ttl, key)
		require.LessOrEqual(t, ttl.Milliseconds(), life(100*time.Millisecond, time.Millisecond))
		require.True(t, r.redis.PExpire(r.ctx, key, time.Millisecond).Val())
	}
	require.Eventually(t, func() bool { return r.redis.DBSize(r.ctx).Val() == 0 }, 30*time.Second, time.Millisecond)
	require.Equal(t, int64(2), r.do(batches(9, 9, 2)).Log.Total)
}
