// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestBuckets(t *testing.T) {
	for _, d := range []time.Duration{0, 1, 15, 16, 31, 32, 33, 63, 64, 1000, time.Millisecond, time.Hour, math.MaxInt64} {
		bucket := bucketOf(d)
		assert.LessOrEqual(t, startOf(bucket), d)
		if d < math.MaxInt64 {
			assert.Greater(t, startOf(bucket+1), d)
			assert.LessOrEqual(t, startOf(bucket+1)-startOf(bucket), max(d/16, 1))
		}
	}
	var h histogram
	h.add(math.MaxInt64)
	h.add(-time.Second)
	assert.Equal(t, int64(2), h.total)
}

func TestPercentiles(t *testing.T) {
	var h, more histogram
	for i := range 500 {
		h.add(time.Duration(i) * time.Microsecond)
		more.add(time.Duration(500+i) * time.Microsecond)
	}
	h.merge(&more)
	assert.InEpsilon(t, 500*time.Microsecond, h.percentile(0.5), 0.04)
	assert.InEpsilon(t, 990*time.Microsecond, h.percentile(0.99), 0.04)
	assert.Zero(t, new(histogram).percentile(0.5))
}
