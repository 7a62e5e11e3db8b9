// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package duration

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0": 0, "90d": 90 * day, "2w": 14 * day, "1w2d3h": 9*day + 3*time.Hour, "1d30m": day + 30*time.Minute,
		"1.5h":   90 * time.Minute,
		"36500d": 36500 * day, "5214w": 5214 * week, "300s": 5 * time.Minute,
	} {
		got, err := Parse(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{
		"", "d", "90", "-1d", "1d-1h", "1.5d", "1d2w", "90 d", "36501d", "99999w", "999999d", "36500d1h", "9999999d",
		"1000000h", "x",
	} {
		_, err := Parse(text)
		assert.ErrorIs(t, err, ErrSyntax, text)
	}
}
