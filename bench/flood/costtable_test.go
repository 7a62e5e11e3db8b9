// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPriceRow(t *testing.T) {
	accepting := []price{{1000, 400}, {1000, 500}, {1000, 600}}
	shed := []price{{9000, 50}, {8000, 100}, {7000, 200}}
	assert.Equal(t, ways[0].name+"\t1000 (1000–1000)\t500 (400–600)\t\n", priceRow(ways[0], accepting, accepting))
	assert.Equal(t, ways[2].name+"\t8000 (7000–9000)\t100 (50–200)\t5.0 (3.0–8.0)\n", priceRow(ways[2], shed, accepting))
}
