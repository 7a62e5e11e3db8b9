// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package chart

import "math"

// ceiling returns the lowest round number at or above a value, from which a scale is read easily: 1, 2, 2.5 or 5 times a
// power of ten, and at least 4, so that a quarter of it is a whole number of spans or nearly so.
func ceiling(value float64) float64 {
	const lowest = 4
	if value <= lowest {
		return lowest
	}
	magnitude := math.Pow(10, math.Floor(math.Log10(value)))
	for _, step := range [...]float64{1, 2, 2.5, 5} {
		if value <= step*magnitude {
			return step * magnitude
		}
	}
	return 10 * magnitude
}
