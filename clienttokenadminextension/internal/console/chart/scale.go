// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package chart

import (
	"math"
	"time"
)

// ceiling returns the lowest number at or above a value whose quarters are read easily: 1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6 or
// 8 times a power of ten, and at least 4, so that a quarter of it is a whole number of spans or nearly so.
func ceiling(value float64) float64 {
	const lowest = 4
	if value <= lowest {
		return lowest
	}
	magnitude := math.Pow(10, math.Floor(math.Log10(value)))
	for _, step := range [...]float64{1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8} {
		if value <= step*magnitude {
			return step * magnitude
		}
	}
	return 10 * magnitude
}

// wholeTime returns the shortest time from a value up whose multiples are moments that people think in.
func wholeTime(value time.Duration) time.Duration {
	const day = 24 * time.Hour
	for _, whole := range [...]time.Duration{
		time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
		time.Hour, 2 * time.Hour, 4 * time.Hour, 6 * time.Hour, 12 * time.Hour, day, 2 * day,
	} {
		if value <= whole {
			return whole
		}
	}
	return (value + day - 1).Truncate(day)
}
