// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package token

import (
	"encoding/base32"
	"fmt"
	"io"
)

const (
	idPrefix   = "t-"
	idRandom   = 10 // characters, 50 bits
	maxIDBytes = 63
)

var idEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewID makes a token id: "t-" and 10 base32 characters, for which it reads from random, as a rule crypto/rand.Reader.
// The error is the reader's.
func NewID(random io.Reader) (string, error) {
	var b [8]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("read random bytes: %w", err)
	}
	return formatID(b[:]), nil
}

// DerivedID makes an id of the same form from a digest. A token without an id in a file gets that of its first secret,
// so that it stays the same when the file is loaded again.
func DerivedID(d Digest) string {
	return formatID(d[:])
}

func formatID(random []byte) string {
	return idPrefix + idEncoding.EncodeToString(random)[:idRandom]
}

// ValidID reports whether s can be the id of a token or an organization: [a-z0-9][a-z0-9._-]{0,62}.
func ValidID(s string) bool {
	if s == "" || len(s) > maxIDBytes {
		return false
	}
	for i := range len(s) {
		c := s[i]
		start := 'a' <= c && c <= 'z' || '0' <= c && c <= '9'
		if !start && (i == 0 || c != '.' && c != '_' && c != '-') {
			return false
		}
	}
	return true
}
