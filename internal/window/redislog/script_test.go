// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redislog_test

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/soak"
)

// Both tests below compare the script with a model: see world_test.go for what they check.

func TestScriptProperties(t *testing.T) {
	s := redistest.Start(t)
	rapid.Check(t, func(rt *rapid.T) {
		c := choices{func(n int) int { return rapid.IntRange(0, n-1).Draw(rt, "choice") }}
		w := newWorld(rt, s, c)
		for range rapid.IntRange(1, 30).Draw(rt, "steps") {
			w.step()
		}
	})
}

// TestScriptSoak runs what rapid doesn't: long histories, whose number SOAK multiplies.
func TestScriptSoak(t *testing.T) {
	s := redistest.Start(t)
	for seed := range uint64(20 * soak.Factor(t)) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			w := newWorld(t, s, choices{rand.New(rand.NewPCG(seed, 0)).IntN})
			for range 250 {
				w.step()
			}
		})
	}
}
