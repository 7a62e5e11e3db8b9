// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	hundred = "secret-of-the-hundred-token"
	smallA  = "secret-of-the-small-a-token"
	smallB  = "secret-of-the-small-b-token"
)

func TestLimits(t *testing.T) {
	t.Parallel()
	type step struct {
		token  string
		spans  int
		status int
		reason string
		scope  string
	}
	tests := []struct {
		name  string
		steps []step
	}{
		{"a refused batch charges nothing", []step{
			{hundred, 60, 200, "", ""},
			{hundred, 41, 429, "RATE_LIMITED", "token"},
			{hundred, 40, 200, "", ""},
			{hundred, 1, 429, "RATE_LIMITED", "token"},
		}},
		{"token first, then organization", []step{
			{smallA, 70, 200, "", ""},
			{smallA, 40, 429, "RATE_LIMITED", "token"}, // over both: 110 of 80, and of 100
			{smallB, 40, 429, "RATE_LIMITED", "organization"},
			{smallB, 30, 200, "", ""}, // what the token was refused, it was not charged
			{smallA, 1, 429, "RATE_LIMITED", "organization"},
		}},
		{"a refusal of the token doesn't charge the organization", []step{
			{smallA, 80, 200, "", ""},
			{smallA, 10, 429, "RATE_LIMITED", "token"},
			{smallB, 20, 200, "", ""},
		}},
		{"larger than the limit", []step{
			{hundred, 100, 200, "", ""},
			{hundred, 101, 400, "BATCH_EXCEEDS_LIMIT", "token"}, // 400 goes before 429
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := startCollector(t)
			for i, s := range tt.steps {
				a := post(t, c.middleware, s.token, "", s.spans)
				require.Equal(t, s.status, a.status, "step %d: %s", i, a.text)
				assert.Equal(t, s.reason, a.reason(), "step %d", i)
				assert.Equal(t, s.scope, a.scope(), "step %d", i)
				assert.Equal(t, s.status == http.StatusTooManyRequests, a.header.Get("Retry-After") != "", "step %d", i)
			}
		})
	}
}

// Two pipelines with one component ID have one limiter.
func TestOneLimitForTwoPipelines(t *testing.T) {
	t.Parallel()
	c := startCollector(t)
	assert.Equal(t, http.StatusOK, post(t, c.middleware, hundred, "", 60).status)
	assert.Equal(t, http.StatusTooManyRequests, post(t, c.both, hundred, "", 60).status)
	assert.Equal(t, http.StatusOK, post(t, c.both, hundred, "", 40).status)
	assert.Equal(t, http.StatusTooManyRequests, post(t, c.middleware, hundred, "", 1).status)
	assert.Equal(t, 100, c.sink.spans())
}

// Who waits as long as Retry-After says, and sends alone, gets through.
func TestRetryAfterIsHonest(t *testing.T) {
	t.Parallel()
	c := startCollector(t)
	require.Equal(t, http.StatusOK, post(t, c.middleware, hundred, "", 100).status)
	refused := post(t, c.middleware, hundred, "", 100)
	require.Equal(t, http.StatusTooManyRequests, refused.status)
	seconds, err := strconv.Atoi(refused.header.Get("Retry-After"))
	require.NoError(t, err)
	require.Positive(t, seconds)
	require.LessOrEqual(t, seconds, 66) // a minute, and a tenth of it at random
	time.Sleep(time.Duration(seconds) * time.Second)
	assert.Equal(t, http.StatusOK, post(t, c.middleware, hundred, "", 100).status)
}
