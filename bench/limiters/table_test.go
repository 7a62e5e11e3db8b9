// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTableComparesWithBestPeer(t *testing.T) {
	s := settings{rounds: 2, duration: time.Second, rtt: time.Millisecond, contestants: []contestant{
		{name: "slow", peer: true}, {name: "fast", peer: true}, {name: "own"},
	}}
	of := func(perSecond ...float64) (samples []sample) {
		for _, each := range perSecond {
			samples = append(samples, sample{perSecond: each, admitted: 1})
		}
		return samples
	}
	text := table(t, s, [][]sample{of(10, 20, 30), of(100, 200, 400), of(400, 400, 400)})
	assert.Contains(t, text, ", 1ms from Redis; 2 rounds of 1s\n")
	assert.Contains(t, text, "slow     20 (10–30)  0.10 (0.07–0.10)")
	assert.Contains(t, text, "fast  200 (100–400)  1.00 (1.00–1.00)")
	assert.Contains(t, text, "own  400 (400–400)  2.00 (1.00–4.00)   2500000")
}

func TestTableWithoutPeers(t *testing.T) {
	s := settings{contestants: []contestant{{name: "own"}}}
	assert.Contains(t, table(t, s, [][]sample{{{perSecond: 5}}}), "5 (5–5)")
}

func table(t *testing.T, s settings, samples [][]sample) string {
	t.Helper()
	var text strings.Builder
	require.NoError(t, printTable(&text, s, workloads()[0], samples))
	return text.String()
}
