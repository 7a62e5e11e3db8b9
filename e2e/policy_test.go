// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
)

// few are limits that single posts reach.
var few = []organization{{"few", 0, false, []sender{{"few", 100, 0}, {"many", 1_000_000, 0}}}}

// Two Collectors, 90 of 100 spans used. Without Redis each may admit (100 - 90) / 2, anything or nothing; when Redis is
// back without its data, both remember.
func TestPolicies(t *testing.T) {
	t.Parallel()
	tests := []struct {
		policy     string
		five, more int // answers to 5 spans and 6 more without Redis
		other      int // answer to another token, far from its limit
		left       int // spans that pass when Redis is back
	}{
		{"local", 200, 429, 200, 5},
		{"allow", 200, 200, 200, 0},
		{"reject", 503, 503, 503, 10},
	}
	for _, tt := range tests {
		t.Run(tt.policy, func(t *testing.T) {
			t.Parallel()
			server := redistest.Start(t)
			settings := alike("redis: {%s, %s}, on_redis_error: %s, replicas: 2", endpoints(server.Addr()), unhurried, tt.policy)
			f := startFleet(t, 2, few, settings)
			token, other := few[0].senders[0].secret(), few[0].senders[1].secret()
			require.Equal(t, http.StatusOK, post(t, f[1].middleware, token, "", 45).status)
			require.Equal(t, http.StatusOK, post(t, f[0].middleware, token, "", 45).status)
			server.Kill()
			f.fail(t, other)
			assertPolicy(t, f[0], token, 5, tt.five)
			assertPolicy(t, f[0], token, 6, tt.more)
			assertPolicy(t, f[0], other, 1, tt.other)
			server.Restart()
			f.awaitMode(t, 0, 10*time.Second)
			if tt.left > 0 {
				assertPolicy(t, f[1], token, tt.left, http.StatusOK)
			}
			for _, c := range f {
				assertPolicy(t, c, token, 1, http.StatusTooManyRequests)
				assertPolicy(t, c, other, 1, http.StatusOK)
			}
		})
	}
}

// fail has all learn that Redis is gone, which takes three calls or probes.
func (f fleet) fail(t *testing.T, secret string) {
	t.Helper()
	for range 5 {
		for _, c := range f {
			post(t, c.middleware, secret, "", 1)
		}
	}
	f.awaitMode(t, 1, noticeable)
}

func assertPolicy(t *testing.T, c *collector, secret string, spans, status int) {
	t.Helper()
	a := post(t, c.middleware, secret, "", spans)
	assert.Equal(t, status, a.status, "%d spans: %s", spans, a.text)
	if status == http.StatusServiceUnavailable {
		assert.Contains(t, a.body.Message, "the limits can't be looked up at the moment: retry after")
		assert.Equal(t, "LIMITER_UNAVAILABLE", a.reason())
		assert.NotEmpty(t, a.header.Get("Retry-After"))
	}
}
