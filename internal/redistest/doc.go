// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package redistest starts real Redis servers for tests and benchmarks: a single one, one with TLS and an ACL, a
// cluster, one with sentinels. They listen on free loopback ports, keep their data in the test's folder, can be killed,
// paused and failed over, and end with the test. A [Proxy] adds latency and loss.
//
// All functions fail the test instead of returning errors, so they are called from its goroutine.
package redistest

import (
	"testing"
	"time"
)

// patience is how long anything may take. Tests run on loaded machines: it is no expectation.
const patience = 30 * time.Second

// until tries until it works, and fails the test with the last error when patience ends.
func until(tb testing.TB, what string, try func() error) {
	tb.Helper()
	if err := within(patience, try); err != nil {
		tb.Fatalf("%s: not within %s: %v", what, patience, err)
	}
}

// within tries until it works, less and less often, and returns the last error when the time is up.
func within(limit time.Duration, try func() error) error {
	for began := time.Now(); ; {
		err := try()
		passed := time.Since(began)
		if err == nil || passed > limit {
			return err
		}
		time.Sleep(min(max(passed/8, 2*time.Millisecond), 50*time.Millisecond))
	}
}
