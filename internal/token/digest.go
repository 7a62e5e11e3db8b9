// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package token

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
)

// Digest is the SHA-256 of a secret. Its text form is 64 hex digits.
type Digest [sha256.Size]byte

var errDigest = errors.New("not a SHA-256 digest: write 64 hex digits")

// DigestOf returns the digest of a secret. It does not allocate for usable secrets, which have up to 256 bytes.
func DigestOf(secret string) Digest {
	if len(secret) > maxUsable {
		return sha256.Sum256([]byte(secret))
	}
	var buffer [maxUsable]byte
	return sha256.Sum256(buffer[:copy(buffer[:], secret)])
}

// String returns 64 lower-case hex digits.
func (d Digest) String() string {
	return hex.EncodeToString(d[:])
}

// IsZero reports whether the digest is absent.
func (d Digest) IsZero() bool {
	return d == Digest{}
}

// MarshalText returns 64 lower-case hex digits.
func (d Digest) MarshalText() ([]byte, error) {
	return hex.AppendEncode(nil, d[:]), nil
}

// UnmarshalText reads 64 hex digits of either case. The error does not repeat the text, which may be a secret that
// somebody put in the wrong place.
func (d *Digest) UnmarshalText(text []byte) error {
	var read Digest
	if len(text) != hex.EncodedLen(len(read)) {
		return errDigest
	}
	if _, err := hex.Decode(read[:], text); err != nil {
		return errDigest
	}
	*d = read
	return nil
}
