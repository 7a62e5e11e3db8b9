// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/wrk"
)

func TestEnough(t *testing.T) {
	longest := settings{load: wrk.Load{Duration: maxDuration}}.attackDuration() + 3*lead
	for ahead := time.Second; ahead <= longest; ahead += time.Second {
		least := float64(enough(ahead)-time.Second) / 1.1 // not rounded up, without the random part
		assert.GreaterOrEqual(t, least, float64(ahead))
		assert.LessOrEqual(t, enough(ahead), time.Minute, "else it never is")
	}
}
