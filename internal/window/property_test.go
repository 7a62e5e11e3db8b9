// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package window

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/soak"
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
	for seed := range uint64(30 * soak.Factor(t)) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 0))
			w := newWorld(t, r.IntN)
			for range 1_000 {
				w.step()
			}
		})
	}
}
