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

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
)

// Metrics of the Collector about what it sheds.
const (
	shedRequests = `otelcol_extension_client_token_auth_requests{extension="client_token_auth",outcome="shed"`
	shedSpans    = "otelcol_extension_client_token_auth_shed_spans_estimated"
)

// Used up at one Collector, a limit is used up at the last of the fleet, too: there posts are refused unread.
func TestFloods(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(*testing.T, []organization) fleet{
		"memory": func(t *testing.T, all []organization) fleet {
			t.Helper()
			return startFleet(t, 1, all, alike(""))
		},
		"redis": func(t *testing.T, all []organization) fleet {
			t.Helper()
			return startFleet(t, 2, all, alike("redis: {endpoints: [%q], %s}", redistest.Start(t).Addr(), unhurried))
		},
	} {
		for scope, limited := range map[string]organization{
			"token":        {"shop", 0, false, []sender{{"page", 100, 0}}},
			"organization": {"shop", 100, true, []sender{{"page", 0, 0}}},
		} {
			t.Run(name+" "+scope, func(t *testing.T) {
				t.Parallel()
				testFlood(t, start(t, []organization{limited}), limited.senders[0].secret(), scope)
			})
		}
	}
}

func testFlood(t *testing.T, f fleet, secret, scope string) {
	t.Helper()
	first, last := f[0], f[len(f)-1]
	require.Equal(t, http.StatusBadRequest, garbage(t, last, secret, "/v1/traces").status, "it is read")
	require.Equal(t, http.StatusOK, post(t, first.middleware, secret, "", 100).status)

	refused := last.flood(t, secret)
	assert.Equal(t, "RATE_LIMITED", refused.reason())
	assert.Equal(t, scope, refused.scope())
	seconds, err := strconv.Atoi(refused.header.Get("Retry-After"))
	require.NoError(t, err)
	require.Positive(t, seconds)
	require.LessOrEqual(t, seconds, 66)
	wait := time.After(time.Duration(seconds) * time.Second)

	header := http.Header{"Content-Type": {contentJSON}, "X-Client-Token": {secret}}
	metrics := postBody(t, last.middleware+"/v1/metrics", header, []byte(`{}`))
	assert.Equal(t, http.StatusOK, metrics.status, "only spans are limited: %s", metrics.text)
	assert.Equal(t, http.StatusBadRequest, garbage(t, last, secret, "/v1/metrics").status, "and these are read")
	shed := last.sum(t, shedRequests)
	assert.Positive(t, shed)
	assert.Positive(t, last.sum(t, shedSpans))

	<-wait
	assert.Equal(t, http.StatusOK, post(t, last.middleware, secret, "", 100).status)
	assert.Equal(t, shed, last.sum(t, shedRequests))
}

// garbage posts what is no OTLP: 400 proves that it was read.
func garbage(t *testing.T, c *collector, secret, path string) answer {
	t.Helper()
	header := http.Header{"Content-Type": {contentJSON}, "X-Client-Token": {secret}}
	return postBody(t, c.middleware+path, header, []byte("{garbage"))
}

// flood posts a span and then garbage until that is refused unread. With Redis what is known of a limit is looked at again
// every second, and on a busy machine that can be between the two.
func (c *collector) flood(t *testing.T, secret string) answer {
	t.Helper()
	for range 20 {
		read := post(t, c.middleware, secret, "", 1)
		require.Equal(t, http.StatusTooManyRequests, read.status, "%s", read.text)
		if unread := garbage(t, c, secret, "/v1/traces"); unread.status == http.StatusTooManyRequests {
			return unread
		}
	}
	require.Fail(t, "all that was posted was read")
	return answer{}
}
