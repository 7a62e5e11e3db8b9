// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package amount

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestGrouped(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0", 7: "7", 999: "999", 1000: "1,000", 60_000: "60,000", 1_234_567: "1,234,567",
		-1: "-1", -999: "-999", -1000: "-1,000", -123_456: "-123,456", math.MinInt64: "-9,223,372,036,854,775,808",
	} {
		assert.Equal(t, want, Grouped(n))
	}
}
