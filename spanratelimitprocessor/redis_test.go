// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componentstatus"
	"google.golang.org/grpc/codes"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// Two collectors are asked for twice the limit, by many senders at once.
func TestRedisOneLimit(t *testing.T) {
	const senders, limit = 8, 900
	s := redistest.Start(t)
	members := []*place{join(t, s, same), join(t, s, same)}
	var admitted atomic.Int64
	var sending sync.WaitGroup
	for i := range senders {
		sending.Go(func() {
			for range 2 * limit / senders {
				if members[i%2].admit(1, limit) {
					admitted.Add(1)
				}
			}
		})
	}
	sending.Wait()
	// What a lease left over comes back when it is asked for, or within seconds.
	require.Eventually(t, func() bool {
		for _, m := range members {
			for m.admit(1, limit) {
				admitted.Add(1)
			}
		}
		return admitted.Load() >= limit
	}, soon, 50*time.Millisecond)
	assert.EqualValues(t, limit, admitted.Load())
	for _, m := range members {
		assert.Positive(t, m.value("redis_calls", "ok"))
		assert.Zero(t, m.value("redis_calls", "error"))
		assert.Zero(t, m.value("mode", ""))
		m.awaitLines()
		m.awaitStatus()
	}
}

// durable keeps what a killed server has been told.
var durable = []string{"--appendonly", "yes", "--appendfsync", "always"}

// 4 of 10 spans are admitted before Redis dies, and 3 batches of 1 are sent until the circuit opens.
func TestRedisOutage(t *testing.T) {
	for policy, tt := range map[OnRedisError]struct {
		replicas           int
		meanwhile, refused answerOf
		more               int // spans of batches that are admitted then
		back               int // spans that fit when Redis is back
	}{
		"local":  {replicas: 1, more: 3, refused: answerOf{code: codes.ResourceExhausted, reason: "RATE_LIMITED"}},
		"allow":  {replicas: 1, more: 100},
		"reject": {replicas: 1, meanwhile: answerOf{code: codes.Unavailable, reason: "LIMITER_UNAVAILABLE"}, back: 6},
	} {
		t.Run(string(policy), func(t *testing.T) {
			s := redistest.Start(t, durable...)
			m := join(t, s, func(c *Config) { c.OnRedisError, c.Replicas = policy, tt.replicas })
			check := func(want answerOf) {
				t.Helper()
				got := m.send(1, 10)
				assert.Equal(t, want.code.String(), got.code.String(), got.message)
				assert.Equal(t, want.reason, got.reason)
			}
			require.True(t, m.admit(4, 10))
			m.awaitMode(0)

			s.Kill()
			for range 3 {
				check(tt.meanwhile)
			}
			m.awaitMode(1)
			m.awaitStatus(recoverable)
			m.awaitLines(awayLine)
			for range tt.more {
				check(tt.meanwhile)
			}
			check(tt.refused.or(tt.meanwhile))
			assert.Equal(t, codes.InvalidArgument, m.send(11, 10).code, "whatever Redis would say")

			s.Restart()
			m.awaitMode(0)
			m.awaitStatus(recoverable, ok)
			m.awaitLines(awayLine, backLine)
			for range tt.back {
				check(answerOf{})
			}
			check(answerOf{code: codes.ResourceExhausted, reason: "RATE_LIMITED"})
			assert.Positive(t, m.value("redis_calls", "error"))
		})
	}
}

// or returns another answer where there is none.
func (a answerOf) or(other answerOf) answerOf {
	if a.code == codes.OK {
		return other
	}
	return a
}

// Each of three collectors admits a third of what is left.
func TestRedisReplicas(t *testing.T) {
	s := redistest.Start(t)
	m := join(t, s, func(c *Config) { c.Replicas = 3 })
	require.True(t, m.admit(10, 100))
	s.Kill()
	assert.True(t, m.admit(30, 100))
	assert.False(t, m.admit(1, 100))
}

func TestRedisIsDownAtStart(t *testing.T) {
	s := redistest.Start(t)
	s.Kill()
	began := time.Now()
	m := join(t, s, func(c *Config) { c.Redis.Get().Timeout = 10 * time.Second })
	assert.Less(t, time.Since(began), 5*time.Second, "a start doesn't wait for Redis")
	m.awaitMode(1)
	m.awaitStatus(recoverable)
	m.awaitLines(awayLine)
	assert.True(t, m.admit(4, 10))

	s.Restart()
	m.awaitStatus(recoverable, ok)
	m.awaitMode(0)
	m.awaitLines(awayLine, backLine)
	other := join(t, s, same)
	assert.True(t, other.admit(6, 10))
	assert.False(t, m.admit(1, 10), "what was admitted without Redis is charged, too")
	assert.False(t, other.admit(1, 10))
}

// Windows that Redis has lost are noticed, and filled again from what this collector remembers.
func TestRedisLosesWindows(t *testing.T) {
	s := redistest.Start(t)
	m := join(t, s, same)
	require.True(t, m.admit(8, 10))
	require.NoError(t, s.Client().FlushAll(t.Context()).Err())
	assert.True(t, m.admit(2, 10))
	m.awaitLines(lostLine)
	assert.Equal(t, map[string]any{"redis": "Redis at " + s.Addr(), "times": int64(1)},
		m.logs.All()[0].ContextMap())
	assert.False(t, m.admit(1, 10))
	m.awaitStatus()
}

func TestRedisHangs(t *testing.T) {
	s := redistest.Start(t)
	m := join(t, s, func(c *Config) { c.Redis.Get().Timeout = 50 * time.Millisecond })
	require.Eventually(t, func() bool { return m.value("redis_calls", "ok") > 0 }, soon, time.Millisecond) // connected
	s.Pause()
	began := time.Now()
	assert.True(t, m.admit(4, 10))
	assert.Less(t, time.Since(began), 5*time.Second)
	require.Eventually(t, func() bool { return m.value("redis_calls", "timeout") > 0 }, soon, time.Millisecond)
	began = time.Now()
	m.stop()
	assert.Less(t, time.Since(began), 5*time.Second)
}

// lease sends batches until some lease is left over, and returns what was admitted.
func (p *place) lease(s *redistest.Server) int64 {
	t := p.member.t
	t.Helper()
	for admitted := int64(1); admitted < 100_000; admitted++ {
		require.True(t, p.admit(1, 100_000))
		if p.value("leased_spans", "") > 0 && charged(t, s).Total > admitted {
			return admitted
		}
	}
	require.Fail(t, "no lease")
	return 0
}

// charged returns the log of the shop's token.
func charged(t *testing.T, s *redistest.Server) redislog.State {
	t.Helper()
	client := redislog.NewClient(s.Client(), "clienttokens", time.Second, time.Second)
	call, reply := &redislog.Call{Organization: "shop", Log: redislog.Log{Limit: 1}}, new(redislog.Reply)
	call.Tokens = []redislog.Token{{ID: "t-web", Log: redislog.Log{Limit: 1}, Batches: []int64{1}}}
	require.NoError(t, client.Do(t.Context(), []*redislog.Call{call}, []*redislog.Reply{reply})[0])
	require.NotEqual(t, window.None, reply.Tokens[0].Refusers[0], "asking must not charge")
	require.Equal(t, reply.Log.Total, reply.Tokens[0].Total, "the organization has one token")
	return reply.Tokens[0].State
}

// A collector that ends has charged what it admitted, no more and no less.
func TestRedisShutdownRefundsLeases(t *testing.T) {
	s := redistest.Start(t)
	m := join(t, s, func(c *Config) { c.Resolution = 10 * time.Second }) // leases that don't end by themselves
	admitted := m.lease(s)
	m.stop()
	assert.Equal(t, admitted, charged(t, s).Total)
}

func TestRedisShutdownDisconnects(t *testing.T) {
	s := redistest.Start(t)
	m := join(t, s, same)
	require.True(t, m.admit(1, 10))
	m.stop()
	require.Eventually(t, func() bool {
		clients, err := s.Client().ClientList(t.Context()).Result()
		return err == nil && strings.Count(clients, "\n") == 1 // the test's own
	}, soon, 5*time.Millisecond)
}

// Without another batch.
func TestRedisSweepRefundsLeases(t *testing.T) {
	s := redistest.Start(t)
	m := join(t, s, same)
	admitted := m.lease(s)
	require.Eventually(t, func() bool { return charged(t, s).Total == admitted }, 3*sharedSweepInterval, 10*time.Millisecond)
}

// Without another batch: each sweep makes a call.
func TestRedisSweepFindsOutage(t *testing.T) {
	s := redistest.Start(t)
	m := join(t, s, func(c *Config) { c.Redis.Get().Timeout = 100 * time.Millisecond })
	require.True(t, m.admit(1, 10))
	s.Kill()
	m.awaitMode(1)
	m.awaitLines(awayLine)
}

func TestRedisResolution(t *testing.T) {
	s := redistest.Start(t)
	m := join(t, s, func(c *Config) { c.Resolution = 100 * time.Millisecond })
	require.True(t, m.admit(1, 10))
	time.Sleep(150 * time.Millisecond)
	require.True(t, m.admit(1, 10))
	assert.Len(t, charged(t, s).Steps, 2)
}

// Each pipeline has a status of its own, and one that has been shut down has another.
func TestRedisStatusOfEachPipeline(t *testing.T) {
	s := redistest.Start(t)
	s.Kill()
	m := newMember(t, in(s, same))
	first, second := m.start(), m.start()
	first.awaitStatus(recoverable)
	second.awaitStatus(recoverable)
	third := m.start()
	third.awaitStatus(recoverable) // joins later
	unstarted := m.create()

	second.stop()
	s.Restart()
	first.awaitStatus(recoverable, ok)
	third.awaitStatus(recoverable, ok)
	second.awaitStatus(recoverable)
	unstarted.awaitStatus()
	m.awaitLines(awayLine, backLine)
}

func TestRedisFilesUnreadable(t *testing.T) {
	m := newMember(t, func(c *Config) {
		redis := c.Redis.GetOrInsertDefault()
		redis.Endpoints = []string{"127.0.0.1:6379"}
		redis.TLS.GetOrInsertDefault().CAFile = "no/such.pem"
	})
	for range 2 {
		p := m.create()
		require.ErrorContains(t, p.Start(t.Context(), p.host), "redis: tls: failed to load")
		p.awaitStatus()
	}
}

// No line, status or answer has a secret in it, nor is there one for each request.
func TestRedisTellsNoSecrets(t *testing.T) {
	s := redistest.Start(t, "--requirepass", "hunter2")
	for name, edit := range map[string]func(*Config){
		"wrong password": func(c *Config) { c.Redis.Get().Password = "hunter3" },
		"wrong user":     func(c *Config) { c.Redis.Get().Username, c.Redis.Get().Password = "mole", "hunter3" },
		"none":           func(*Config) {},
		"no sentinel": func(c *Config) {
			redis := c.Redis.Get()
			redis.MasterName, redis.SentinelUsername, redis.SentinelPassword, redis.Password = "m", "mole", "hunter3", "hunter2"
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := join(t, s, edit)
			m.awaitStatus(recoverable)
			told := fmt.Sprint(m.host.Events()[0].Err())
			for range 100 {
				told += fmt.Sprint(m.send(1, 10))
			}
			m.awaitLines(awayLine)
			for _, line := range m.logs.All() {
				told += fmt.Sprint(line.Message, line.ContextMap())
			}
			assert.Contains(t, told, s.Addr())
			assert.NotContains(t, told, "hunter")
			assert.NotContains(t, told, "mole")
			assert.Equal(t, 1, strings.Count(told, "on_redis_error until"))
		})
	}
}

func TestRedisStatusSaysWhy(t *testing.T) {
	s := redistest.Start(t, "--requirepass", "hunter2")
	m := join(t, s, same)
	m.awaitStatus(recoverable)
	event := m.host.Events()[0]
	assert.Equal(t, componentstatus.StatusRecoverableError, event.Status())
	assert.ErrorContains(t, event.Err(), "Redis at "+s.Addr()+" does not answer as it should: NOAUTH")
}
