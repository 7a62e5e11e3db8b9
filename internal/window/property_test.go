// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package window

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Both tests below drive a world: see world_test.go for what they check.

func TestProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(rt, func(n int) int { return rapid.IntRange(0, n-1).Draw(rt, "choice") })
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			w.step()
		}
	})
}

// TestSoak runs what rapid doesn't: long histories, whose size SOAK multiplies.
func TestSoak(t *testing.T) {
	for seed := range uint64(30 * soak(t)) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 0))
			w := newWorld(t, r.IntN)
			for range 1_000 {
				w.step()
			}
		})
	}
}

// soak returns the factor by which to lengthen random tests: the environment variable SOAK, or 1.
func soak(t *testing.T) int {
	t.Helper()
	value, ok := os.LookupEnv("SOAK")
	if !ok {
		return 1
	}
	factor, err := strconv.Atoi(value)
	require.NoError(t, err, "SOAK")
	return factor
}
