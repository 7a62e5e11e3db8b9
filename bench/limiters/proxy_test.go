// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestProxyDelays(t *testing.T) {
	const rtt = 5 * time.Millisecond
	server := testServer(t)
	address, err := startProxy(t.Context(), server.address, rtt)
	require.NoError(t, err)
	client := goRedis(address)
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	require.NoError(t, client.Ping(t.Context()).Err()) // connects
	for range 10 {
		start := time.Now()
		require.NoError(t, client.Ping(t.Context()).Err())
		assert.GreaterOrEqual(t, time.Since(start), rtt)
		assert.Less(t, time.Since(start), 10*rtt)
	}
}
