// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSummarize(t *testing.T) {
	assert.Equal(t, "2.0 (1.0–9.0)", summarize([]float64{9, 1, 2}).show(1))
	assert.Equal(t, "3 (1–9)", summarize([]float64{9, 1, 2, 4}).show(0))
}

func TestRatios(t *testing.T) {
	assert.Equal(t, []float64{0.5, 2}, ratios([]float64{1, 6}, []float64{2, 3}))
}
