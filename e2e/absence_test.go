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

// A Redis that is down when Collectors start stops none of them: each holds its share until Redis is there.
func TestStartWithoutRedis(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	server.Kill()
	f := startFleet(t, 2, few, alike("redis: {%s, %s}, replicas: 2", endpoints(server.Addr()), unhurried))
	f.awaitMode(t, 1, noticeable)
	f.awaitLogged(t, logAway)
	token := few[0].senders[0].secret()
	require.Equal(t, http.StatusOK, post(t, f[0].middleware, token, "", 30).status)
	require.Equal(t, http.StatusOK, post(t, f[1].middleware, token, "", 20).status)
	require.Equal(t, http.StatusOK, post(t, f[1].middleware, token, "", 30).status, "half of 100")
	require.Equal(t, http.StatusTooManyRequests, post(t, f[1].middleware, token, "", 1).status)

	server.Restart()
	f.awaitMode(t, 0, 10*time.Second)
	f.awaitLogged(t, logBack)
	// That its share is used up is believed for up to a second more.
	require.Eventually(t, func() bool { return post(t, f[1].middleware, token, "", 20).status == http.StatusOK },
		10*time.Second, 50*time.Millisecond, "what is left, wherever")
	for _, c := range f {
		assert.Equal(t, http.StatusTooManyRequests, post(t, c.middleware, token, "", 1).status)
	}
}

// A Collector that ends gives back what it leased: the others may admit all that it did not.
func TestShutdownRefundsLeases(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	f := startFleet(t, 2, plain, alike("redis: {%s, %s}, resolution: 10s", endpoints(server.Addr()), unhurried))
	const limit, size = 1_000, 5
	secret := sender{id: "stream"}.secret()
	for range 10 { // more often than one call each is worth
		require.Equal(t, http.StatusOK, post(t, f[0].middleware, secret, "", size).status)
	}
	require.Positive(t, f[0].sum(t, leasedSpans), "nothing is leased, so this test is void")
	f[0].stop()
	assert.Zero(t, f[0].log.count("error"), f[0].log)
	left := limit - 10*size
	for ; left > 0; left -= size {
		require.Equal(t, http.StatusOK, post(t, f[1].middleware, secret, "", size).status, "%d left", left)
	}
	assert.Equal(t, http.StatusTooManyRequests, post(t, f[1].middleware, secret, "", 1).status)
}
