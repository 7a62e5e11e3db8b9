// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package measure

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSummarize(t *testing.T) {
	assert.Equal(t, "2.0 (1.0–9.0)", Summarize([]float64{9, 1, 2}).Show(1))
	assert.Equal(t, "3 (1–9)", Summarize([]float64{9, 1, 2, 4}).Show(0))
}

func TestRatios(t *testing.T) {
	assert.Equal(t, []float64{0.5, 2}, Ratios([]float64{1, 6}, []float64{2, 3}))
}
