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

// flood are limits that are used up in a second or two, and could be again in every second.
var flood = []organization{
	{"flood", 0, false, []sender{{"flood-0", 3_000, 120_000}, {"flood-1", 3_000, 60_000}}},
	{"wave", 3_000, true, several(2, "wave", 0, 40_000)},
	{"lively", 0, false, []sender{{"lively", 1_000_000, 0}}},
}

// Who admitted spans charges them again to a Redis that lost them, even if nobody sends to him any more.
func TestQuietCollectorsRemember(t *testing.T) {
	t.Parallel()
	token, other := few[0].senders[0].secret(), few[0].senders[1].secret()
	server := redistest.Start(t)
	f := startFleet(t, 2, few, alike("redis: {%s, %s}, replicas: 2", endpoints(server.Addr()), unhurried))
	require.Equal(t, http.StatusOK, post(t, f[1].middleware, token, "", 45).status)
	require.Equal(t, http.StatusOK, post(t, f[0].middleware, token, "", 43).status)

	server.Kill()
	f.fail(t, other)
	server.Restart()
	f.awaitMode(t, 0, 10*time.Second)
	assert.Equal(t, http.StatusTooManyRequests, post(t, f[0].middleware, token, "", 13).status, "after a restart")
	assert.Equal(t, http.StatusOK, post(t, f[0].middleware, token, "", 2).status)

	require.NoError(t, server.Client().FlushAll(t.Context()).Err())
	time.Sleep(5 * time.Second) // each looks every two
	assert.Equal(t, http.StatusTooManyRequests, post(t, f[0].middleware, token, "", 11).status, "after FLUSHALL")
	assert.Equal(t, http.StatusOK, post(t, f[0].middleware, token, "", 10).status)
	assert.Equal(t, http.StatusTooManyRequests, post(t, f[0].middleware, token, "", 1).status)
}

// A Redis that loses its data doesn't open the gates, not even for a moment.
func TestLostWindowsOverrun(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	f := startFleet(t, fleetSize, flood, alike("redis: {%s}, replicas: %d", endpoints(server.Addr()), fleetSize))
	l := startLoad(t, f, flood, 50)
	time.Sleep(5 * time.Second)
	server.Kill()
	time.Sleep(2 * time.Second)
	server.Restart()
	l.judgeFlood(t, "kill -9", f[0])
	require.NoError(t, server.Client().FlushAll(t.Context()).Err())
	l.judgeFlood(t, "FLUSHALL", f[0])
	l.end()
	assertAnswered(t, l.between(0, l.now()), http.StatusOK, http.StatusTooManyRequests)
}

// judgeFlood judges what was admitted after a loss that one Collector learns of at once. The others needn't ask Redis.
func (l *load) judgeFlood(t *testing.T, loss string, first *collector) {
	t.Helper()
	for range 4 {
		assert.Equal(t, http.StatusOK, post(t, first.middleware, sender{id: "lively"}.secret(), "", 1).status)
		time.Sleep(time.Second)
	}
	t.Logf("after %s", loss)
	for _, s := range l.scopes(flood[:2]) {
		s.judge(t, tolerated)
	}
}
