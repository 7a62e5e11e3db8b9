// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package recipe

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/origin"
)

// The origin in the curl is one that the token admits.
func TestExampleOrigins(t *testing.T) {
	for pattern, want := range map[string]string{
		"https://shop.example.com": "https://shop.example.com",
		"https://*.example.com":    "https://www.example.com",
		"https://**.example.com":   "https://www.example.com",
		"https://a.*.example.com":  "https://a.www.example.com",
		"http://localhost:*":       "http://localhost:3000",
		"https://*.example.com:*":  "https://www.example.com:3000",
		"https://例え.jp":            "https://xn--r8jz45g.jp",
		"*":                        "https://www.example.com",
		"null":                     "null",
		"android://com.example":    "android://com.example",
		"http://[::1]:*":           "http://[::1]:3000",
	} {
		got := exampleOrigin(pattern)
		assert.Equal(t, want, got)
		set, faults := origin.ParseSet([]string{pattern})
		for _, f := range faults {
			require.True(t, f.Warning)
		}
		from, err := origin.Parse([]string{got})
		require.NoError(t, err, pattern)
		assert.True(t, set.Match(from), pattern)
	}
}
