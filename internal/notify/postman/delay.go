// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package postman

import (
	"math/rand/v2"
	"time"
)

const (
	// maxAge is for how long a delivery is tried.
	maxAge = 24 * time.Hour

	minDelay = 10 * time.Second
	maxDelay = 10 * time.Minute
)

// delay returns how long to wait after so many failed attempts before this one: twice as long each time, within 20 %.
func delay(attempts int) time.Duration {
	d := maxDelay
	if attempts < 6 { // 10 s × 2⁶ is more than ten minutes
		d = minDelay << attempts
	}
	return time.Duration(float64(d) * (0.8 + 0.4*rand.Float64())) //nolint:gosec // so that not all come at once
}
