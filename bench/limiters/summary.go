// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"slices"
)

// summary is what is said of the values of all rounds.
type summary struct {
	median, lowest, highest float64
}

// summarize sums up at least one value.
func summarize(values []float64) summary {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	median := sorted[middle]
	if len(sorted)%2 == 0 {
		median = (sorted[middle-1] + sorted[middle]) / 2
	}
	return summary{median, sorted[0], sorted[len(sorted)-1]}
}

// show returns "median (lowest–highest)".
func (s summary) show(decimals int) string {
	return fmt.Sprintf("%.*f (%.*f–%.*f)", decimals, s.median, decimals, s.lowest, decimals, s.highest)
}

// ratios divides pair by pair.
func ratios(values, by []float64) []float64 {
	quotients := make([]float64, len(values))
	for i := range values {
		quotients[i] = values[i] / by[i]
	}
	return quotients
}
