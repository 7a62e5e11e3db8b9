// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package token

import (
	"bytes"
	"crypto/rand"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNewID(t *testing.T) {
	tests := []struct {
		name   string
		random io.Reader
		want   string
	}{
		{"zeros", bytes.NewReader(make([]byte, 8)), "t-aaaaaaaaaa"},
		{"ones", bytes.NewReader(bytes.Repeat([]byte{255}, 8)), "t-7777777777"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			id, err := NewID(tt.random)
			require.NoError(t, err)
			assert.Equal(t, tt.want, id)
		})
	}
}

func TestNewIDIsValid(t *testing.T) {
	id, err := NewID(rand.Reader)
	require.NoError(t, err)
	assert.Regexp(t, `^t-[a-z2-7]{10}$`, id)
	assert.True(t, ValidID(id))
}

func TestNewIDReaderFails(t *testing.T) {
	id, err := NewID(bytes.NewReader(nil))
	require.ErrorIs(t, err, io.EOF)
	assert.Empty(t, id)
}

// The expected value is that of Python's base64.b32encode.
func TestDerivedID(t *testing.T) {
	id := DerivedID(DigestOf(testSecret))
	assert.Equal(t, "t-t6dnbamijr", id)
	assert.True(t, ValidID(id))
	assert.NotEqual(t, id, DerivedID(DigestOf("other")))
}

func TestValidID(t *testing.T) {
	tests := []struct {
		name, id string
		want     bool
	}{
		{"letters", "acme", true},
		{"digit first", "1.a_b-c", true},
		{"one character", "a", true},
		{"63 characters", strings.Repeat("a", 63), true},
		{"64 characters", strings.Repeat("a", 64), false},
		{"empty", "", false},
		{"hyphen first", "-a", false},
		{"dot first", ".a", false},
		{"underscore first", "_a", false},
		{"upper case", "Acme", false},
		{"space", "a b", false},
		{"line break at the end", "acme\n", false},
		{"slash", "a/b", false},
		{"brace", "a{b}", false},
		{"non-ASCII", "é", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, ValidID(tt.id))
		})
	}
}
