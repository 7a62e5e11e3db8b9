// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package freeport

import (
	"net"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAddresses(t *testing.T) {
	seen := map[string]bool{}
	for range 10 {
		addresses, err := Addresses(3)
		require.NoError(t, err)
		require.Len(t, addresses, 3)
		for _, address := range addresses {
			assert.False(t, seen[address], "given twice")
			seen[address] = true
			listener, err := net.Listen("tcp", address)
			require.NoError(t, err)
			port := listener.Addr().(*net.TCPAddr).Port
			assert.True(t, port > lowest && port < beyond)
			require.NoError(t, listener.Close())
		}
	}
}

func TestTakenPortsAreLeftOut(t *testing.T) {
	taken, err := Addresses(1)
	require.NoError(t, err)
	listener, err := net.Listen("tcp", taken[0])
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, listener.Close()) })
	last.Add(-1)
	others, err := Addresses(1)
	require.NoError(t, err)
	assert.NotEqual(t, taken, others)
}
