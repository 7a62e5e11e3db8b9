// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package measure is what the benchmarks have in common: what is said of rounds, of the machine, and of Ctrl-C.
package measure

import (
	"fmt"
	"slices"
)

// Summary is what is said of the values of all rounds.
type Summary struct {
	Median, Lowest, Highest float64
}

// Summarize sums up at least one value.
func Summarize(values []float64) Summary {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	median := sorted[middle]
	if len(sorted)%2 == 0 {
		median = (sorted[middle-1] + sorted[middle]) / 2
	}
	return Summary{median, sorted[0], sorted[len(sorted)-1]}
}

// Show returns "median (lowest–highest)".
func (s Summary) Show(decimals int) string {
	return fmt.Sprintf("%.*f (%.*f–%.*f)", decimals, s.Median, decimals, s.Lowest, decimals, s.Highest)
}

// Ratios divides pair by pair.
func Ratios(values, by []float64) []float64 {
	quotients := make([]float64, len(values))
	for i := range values {
		quotients[i] = values[i] / by[i]
	}
	return quotients
}

// Each turns samples into values.
func Each[S any](samples []S, value func(S) float64) []float64 {
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = value(s)
	}
	return values
}
