// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redistest

import (
	"context"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func throughProxy(t *testing.T, s *Server) (*Proxy, *redis.Client) {
	t.Helper()
	p := StartProxy(t, s.Addr())
	client := redis.NewClient(&redis.Options{
		Addr: p.Addr(), MaxRetries: -1, PoolSize: 1, ContextTimeoutEnabled: true, DisableIdentity: true,
	})
	t.Cleanup(func() { _ = client.Close() })
	require.NoError(t, client.Ping(t.Context()).Err())
	return p, client
}

func TestProxyDelay(t *testing.T) {
	p, client := throughProxy(t, Start(t))
	p.Delay(100 * time.Millisecond)
	began := time.Now()
	_, err := client.Pipelined(t.Context(), func(pipe redis.Pipeliner) error {
		for range 10_000 { // over a megabyte, in many chunks, and still one delay
			pipe.Set(t.Context(), "a", make([]byte, 100), 0)
		}
		return nil
	})
	require.NoError(t, err)
	assert.GreaterOrEqual(t, time.Since(began), 100*time.Millisecond)
	assert.Less(t, time.Since(began), 2*time.Second)

	p.Delay(0)
	began = time.Now()
	require.NoError(t, client.Ping(t.Context()).Err())
	assert.Less(t, time.Since(began), 50*time.Millisecond)
}

func TestProxyDropReplies(t *testing.T) {
	s := Start(t)
	p, client := throughProxy(t, s)
	p.DropReplies(true)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	require.ErrorContains(t, client.Incr(ctx, "a").Err(), "timeout")
	p.DropReplies(false)
	assert.Equal(t, "1", client.Get(t.Context(), "a").Val(), "done, but not told")
}

func TestProxyCut(t *testing.T) {
	s := Start(t)
	p, client := throughProxy(t, s)
	p.Delay(time.Minute)
	time.AfterFunc(50*time.Millisecond, p.Cut)
	require.Error(t, client.Ping(t.Context()).Err())
	p.Delay(0)
	require.NoError(t, client.Ping(t.Context()).Err())
	s.Kill()
	require.Error(t, client.Ping(t.Context()).Err())
}

func TestNothingIsLeft(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	t.Run("inner", func(t *testing.T) {
		p, _ := throughProxy(t, Start(t))
		p.Delay(time.Minute)
	})
}
