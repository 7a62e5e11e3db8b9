// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// chargesRefused are those whose refusals use up what is left, as their own code has it.
func chargesRefused(name string) bool {
	return map[string]bool{"ulule": true, "rueidislimiter": true, "envoy": true, "envoy+cache": true}[name]
}

func TestTokenLimit(t *testing.T) {
	forEach(t, quota{token: 10, organization: outOfReach}, func(t *testing.T, c contest) {
		t.Helper()
		for range 10 {
			c.admits(t, "org-1", "t-1", 1)
		}
		c.refuses(t, "t-1", 1)
		c.refuses(t, "t-1", 1)
		c.admits(t, "org-1", "t-2", 1)
	})
}

func TestOrganizationLimit(t *testing.T) {
	forEach(t, quota{token: outOfReach, organization: 10}, func(t *testing.T, c contest) {
		t.Helper()
		for i := range 10 {
			c.admits(t, "org-1", fmt.Sprint("t-", i), 1)
		}
		c.refuses(t, "t-1", 1)
		c.refuses(t, "t-11", 1)
		c.admits(t, "org-2", "t-21", 1)
	})
}

func TestWeights(t *testing.T) {
	forEach(t, quota{token: 10, organization: outOfReach}, func(t *testing.T, c contest) {
		t.Helper()
		c.admits(t, "org-1", "t-1", 4)
		c.admits(t, "org-1", "t-1", 4)
		c.refuses(t, "t-1", 4)
		if chargesRefused(c.name) {
			c.refuses(t, "t-1", 2)
		} else {
			c.admits(t, "org-1", "t-1", 2)
		}
	})
}

// TestManyAtOnce allows for GCRA's refill, and for what a lease may hold back.
func TestManyAtOnce(t *testing.T) {
	forEach(t, quota{token: 100, organization: outOfReach}, func(t *testing.T, c contest) {
		t.Helper()
		var admitted atomic.Int64
		var asking sync.WaitGroup
		for range 32 {
			asking.Go(func() {
				for range 10 {
					if ok, err := c.decide(t.Context(), "org-1", "t-1", 1); assert.NoError(t, err) && ok {
						admitted.Add(1)
					}
				}
			})
		}
		asking.Wait()
		assert.LessOrEqual(t, admitted.Load(), int64(101))
		assert.GreaterOrEqual(t, admitted.Load(), int64(90))
	})
}

func TestRedisGone(t *testing.T) {
	for _, c := range contestants() {
		if c.peer {
			t.Run(c.name, func(t *testing.T) {
				server := testServer(t)
				contest := contest{open(t, c, server.address, quota{10, 10}), c.name}
				contest.admits(t, "org-1", "t-1", 1)
				server.stop()
				_, err := contest.decide(t.Context(), "org-1", "t-1", 1)
				require.Error(t, err)
			})
		}
	}
}

// contest is a limiter with its name.
type contest struct {
	limiter
	name string
}

func (c contest) admits(t *testing.T, organization, token string, n int) {
	t.Helper()
	admitted, err := c.decide(t.Context(), organization, token, n)
	require.NoError(t, err)
	require.True(t, admitted, "%d of %s, %s", n, token, organization)
}

func (c contest) refuses(t *testing.T, token string, n int) {
	t.Helper()
	admitted, err := c.decide(t.Context(), "org-1", token, n)
	require.NoError(t, err)
	require.False(t, admitted, "%d of %s", n, token)
}

func forEach(t *testing.T, q quota, check func(t *testing.T, c contest)) {
	t.Helper()
	server := testServer(t)
	for _, c := range contestants() {
		t.Run(c.name, func(t *testing.T) {
			require.NoError(t, server.forget(t.Context()))
			stayWithinMinute()
			check(t, contest{open(t, c, server.address, q), c.name})
		})
	}
}

func open(t *testing.T, c contestant, address string, q quota) limiter {
	t.Helper()
	l, err := c.open(t.Context(), address, q)
	require.NoError(t, err)
	t.Cleanup(l.close)
	return l
}

func testServer(t *testing.T) *redisServer {
	t.Helper()
	server, err := startRedis(t.Context())
	require.NoError(t, err)
	t.Cleanup(server.stop)
	return server
}

// stayWithinMinute waits if the minute of the clock is about to end: envoy's windows would, too.
func stayWithinMinute() {
	now := time.Now()
	if left := now.Truncate(time.Minute).Add(time.Minute).Sub(now); left < 2*time.Second {
		time.Sleep(left)
	}
}
