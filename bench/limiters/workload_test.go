// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWorkloadsAreWhatTheySay(t *testing.T) {
	for _, w := range workloads() {
		t.Run(w.name, func(t *testing.T) {
			tokens, organizations := map[string]bool{}, map[string]bool{}
			all := w.identities()
			for _, id := range all {
				tokens[id.token], organizations[id.organization] = true, true
			}
			assert.Len(t, tokens, w.tokens)
			assert.Len(t, organizations, w.organizations)
			first, again := w.sequence(3, all), w.sequence(3, all)
			assert.Equal(t, first, again)
			if w.tokens > 1 {
				assert.NotEqual(t, w.sequence(3, all), w.sequence(4, all))
			}
		})
	}
}

func TestZipfIsSkewed(t *testing.T) {
	shareOfFirst := func(name string) float64 {
		only, err := choose(workloads(), name, workload.title)
		require.NoError(t, err)
		all := only[0].identities()
		first := 0
		for _, id := range only[0].sequence(0, all) {
			if id == &all[0] {
				first++
			}
		}
		return float64(first) / sequenceLength
	}
	assert.Less(t, shareOfFirst("uniform"), 0.01)
	assert.Greater(t, shareOfFirst("zipf"), 0.1)
}

func TestVerify(t *testing.T) {
	require.NoError(t, workload{}.verify(1))
	require.ErrorContains(t, workload{}.verify(0.999), "out of reach")
	require.NoError(t, workload{refused: true}.verify(0.001))
	require.ErrorContains(t, workload{refused: true}.verify(0.02), "does not limit")
}
