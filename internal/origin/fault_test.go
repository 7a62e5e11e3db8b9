// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package origin

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseSetReportsAllFaults(t *testing.T) {
	set, faults := ParseSet([]string{
		"https://example.com", "example.com", "null", "https://*.co.uk", "HTTPS://EXAMPLE.com:443/", "https://*.example.com",
	})
	require.Len(t, faults, 4)
	assert.Equal(t, Fault{
		Index:   1,
		Problem: `"example.com": the scheme is missing`,
		Fix:     `put it in front, for example "https://example.com"`,
	}, faults[0])
	assert.Equal(t, Fault{
		Index:   2,
		Problem: `"null" admits any sandboxed iframe on the web`,
		Fix:     "remove it unless pages opened from files must send",
		Warning: true,
	}, faults[1])
	assert.Equal(t, 3, faults[2].Index)
	assert.False(t, faults[2].Warning)
	assert.Equal(t, Fault{
		Index:   4,
		Problem: `"HTTPS://EXAMPLE.com:443/" is the same as entry 0`,
		Fix:     "remove one of them",
		Warning: true,
	}, faults[3])
	assert.Equal(t, 3, set.Len())
	assert.True(t, set.Match(mustParse(t, "https://shop.example.com")))
	assert.False(t, set.Match(mustParse(t, "https://shop.co.uk")))
}

func TestParseSetEmpty(t *testing.T) {
	set, faults := ParseSet([]string{})
	require.Len(t, faults, 1)
	assert.Equal(t, -1, faults[0].Index)
	assert.Equal(t, `write ["*"] to allow every origin, or drop the key`, faults[0].Fix)
	assert.False(t, faults[0].Warning)
	assert.Zero(t, set.Len())
}

func TestParseSetWithoutFaults(t *testing.T) {
	_, faults := ParseSet([]string{"https://shop.example.com", "https://*.shop.example.com"})
	assert.Empty(t, faults)
}
