// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package token

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNewSecretIsWellFormed(t *testing.T) {
	secret := mustSecret(t, rand.Reader)
	assert.Len(t, secret, 64)
	assert.True(t, strings.HasPrefix(secret, "ct"))
	assert.True(t, WellFormedSecret(secret))
	assert.True(t, UsableSecret(secret))
	assert.NotEqual(t, secret, mustSecret(t, rand.Reader))
}

// The expected values were computed with Python's zlib.crc32, so that the format can't change unnoticed.
func TestNewSecretKnownAnswers(t *testing.T) {
	counting := make([]byte, 56)
	for i := range counting {
		counting[i] = byte(i)
	}
	tests := []struct {
		name   string
		random []byte
		want   string
	}{
		{"zeros", make([]byte, 56), "ct000000000000000000000000000000000000000000000000000000004CXM6w"},
		{"counting", counting, "ct0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst1QZEpO"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, mustSecret(t, bytes.NewReader(tt.random)))
		})
	}
}

func TestNewSecretSkipsBytesThatWouldBias(t *testing.T) {
	skipped := []byte{248, 249, 250, 251, 252, 253, 254, 255}
	random := append(bytes.Repeat(skipped, 7), bytes.Repeat([]byte{247}, 56)...)
	secret := mustSecret(t, bytes.NewReader(random))
	assert.Equal(t, strings.Repeat("z", 56), secret[2:58])
}

func TestEveryCharacterHasFourBytes(t *testing.T) {
	count := make(map[byte]int)
	for i := range 256 {
		for _, c := range appendBase62(nil, []byte{byte(i)}) {
			count[c]++
		}
	}
	require.Len(t, count, 62)
	for c, n := range count {
		assert.Equal(t, 4, n, "%c", c)
	}
}

func TestNewSecretReaderFails(t *testing.T) {
	broken := errors.New("broken")
	tests := []struct {
		name   string
		random io.Reader
		want   error
	}{
		{"error", iotest.ErrReader(broken), broken},
		{"too few bytes", bytes.NewReader(make([]byte, 55)), io.ErrUnexpectedEOF},
		{"too few good bytes", bytes.NewReader(bytes.Repeat([]byte{255}, 112)), io.EOF},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			secret, err := NewSecret(tt.random)
			require.ErrorIs(t, err, tt.want)
			assert.Empty(t, secret)
		})
	}
}

func TestWellFormedSecret(t *testing.T) {
	good := mustSecret(t, bytes.NewReader(make([]byte, 56)))
	tests := []struct {
		name, secret string
		want         bool
	}{
		{"generated", good, true},
		{"empty", "", false},
		{"prefix only", "ct", false},
		{"shorter", good[:63], false},
		{"longer", good + "0", false},
		{"other prefix", "cx" + good[2:], false},
		{"prefix in upper case", "CT" + good[2:], false},
		{"other checksum", good[:58] + "000000", false},
		{"not base62", good[:57] + "-" + good[58:], false},
		{"imported", "0123456789abcdef", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, WellFormedSecret(tt.secret))
		})
	}
}

func TestUsableSecret(t *testing.T) {
	const fifteen = "0123456789abcde"
	tests := []struct {
		name, secret string
		want         bool
	}{
		{"empty", "", false},
		{"15 characters", fifteen, false},
		{"16 characters", fifteen + "f", true},
		{"256 characters", strings.Repeat("a", 256), true},
		{"257 characters", strings.Repeat("a", 257), false},
		{"first and last visible", fifteen + "!~", true},
		{"space", fifteen + " ", false},
		{"delete", fifteen + "\x7f", false},
		{"control character", fifteen + "\n", false},
		{"non-ASCII", fifteen + "é", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, UsableSecret(tt.secret))
		})
	}
}

func mustSecret(tb testing.TB, random io.Reader) string {
	tb.Helper()
	secret, err := NewSecret(random)
	require.NoError(tb, err)
	return secret
}
