// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBench(t *testing.T) {
	chosen, err := choose(workloads(), "hot,flood", workload.title)
	require.NoError(t, err)
	s := settings{rounds: 2, duration: 50 * time.Millisecond, warmUp: 100 * time.Millisecond, contestants: peers()}
	b, err := newBench(t.Context(), s)
	require.NoError(t, err)
	t.Cleanup(b.stop)
	for _, w := range chosen {
		samples, err := b.measure(t.Context(), newLoad(w))
		require.NoError(t, err)
		for i, c := range s.contestants {
			require.Len(t, samples[i], s.rounds)
			assert.InDelta(t, commandsKnown(c.name, w.refused), samples[i][0].commands, 0.1, "%s, %s", c.name, w.name)
		}
	}
}

// commandsKnown are those a decision takes: a script for each scope, the organization's only after the token's admits;
// envoy's two for each scope whatever the outcome, unless it remembers it.
func commandsKnown(name string, refused bool) float64 {
	switch {
	case name == "envoy":
		return 4
	case name == "envoy+cache" && refused:
		return 0
	case name == "envoy+cache":
		return 4
	case refused:
		return 1
	default:
		return 2
	}
}

func TestNewSample(t *testing.T) {
	done := outcome{decisions: 1000, admitted: 250, elapsed: 2 * time.Second, latencies: &histogram{}}
	used := usage{mallocs: 3000, cpu: 4 * time.Millisecond, redisCPU: 5 * time.Millisecond}
	used.commands = commands{calls: 2000, spent: 6 * time.Millisecond}
	assert.Equal(t, sample{
		perSecond: 500, allocations: 3, commands: 2, commandsTime: 6, redisCPU: 5, cpu: 4, admitted: 0.25,
	}, newSample(done, used))
}
