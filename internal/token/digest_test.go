// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package token

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	testSecret = "test"
	testDigest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
)

func TestDigestOf(t *testing.T) {
	assert.Equal(t, testDigest, DigestOf(testSecret).String())
	const million = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0" // FIPS 180-2, appendix B.3
	assert.Equal(t, million, DigestOf(strings.Repeat("a", 1_000_000)).String())
}

func TestDigestOfDoesNotAllocate(t *testing.T) {
	for _, length := range []int{16, 64, 256} {
		secret := strings.Repeat("a", length)
		assert.Zero(t, testing.AllocsPerRun(100, func() { digest = DigestOf(secret) }), length)
	}
}

var digest Digest // keeps the compiler from dropping the call

func BenchmarkDigestOf(b *testing.B) {
	secret := strings.Repeat("a", 64)
	b.ReportAllocs()
	for b.Loop() {
		digest = DigestOf(secret)
	}
}

func TestDigestText(t *testing.T) {
	tests := []struct {
		name, text string
		ok         bool
	}{
		{"lower case", testDigest, true},
		{"upper case", strings.ToUpper(testDigest), true},
		{"empty", "", false},
		{"63 digits", testDigest[:63], false},
		{"65 digits", testDigest + "0", false},
		{"other letters", "g" + testDigest[1:], false},
		{"space", " " + testDigest[1:], false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var d Digest
			err := d.UnmarshalText([]byte(tt.text))
			if tt.ok {
				require.NoError(t, err)
				assert.Equal(t, DigestOf(testSecret), d)
				return
			}
			require.EqualError(t, err, "not a SHA-256 digest: write 64 hex digits")
			assert.True(t, d.IsZero())
		})
	}
}

func TestDigestJSON(t *testing.T) {
	text, err := json.Marshal(DigestOf(testSecret))
	require.NoError(t, err)
	assert.JSONEq(t, `"`+testDigest+`"`, string(text))
}
