// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package soak lengthens random tests for `make soak`.
package soak

import (
	"os"
	"strconv"
	"testing"
)

// Factor returns the factor by which to lengthen random tests: the environment variable SOAK, or 1.
func Factor(tb testing.TB) int {
	tb.Helper()
	value, ok := os.LookupEnv("SOAK")
	if !ok {
		return 1
	}
	factor, err := strconv.Atoi(value)
	if err != nil {
		tb.Fatalf("SOAK is %q: set a whole number, or leave it unset", value)
	}
	return factor
}
