// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package token

import (
	"fmt"
	"hash/crc32"
	"io"
	"strings"
)

// A secret of our own is the prefix, random characters and a checksum, 64 characters in all. Prefix and checksum let
// scanners find leaked secrets in texts; they never decide a request.
const (
	secretPrefix   = "ct"
	randomLength   = 56
	checksumLength = 6
	secretLength   = len(secretPrefix) + randomLength + checksumLength

	base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

	minUsable = 16
	maxUsable = 256
)

// NewSecret makes a secret of 64 characters with over 330 random bits, which it reads from random, as a rule
// crypto/rand.Reader. The error is the reader's.
func NewSecret(random io.Reader) (string, error) {
	secret := make([]byte, 0, secretLength)
	secret = append(secret, secretPrefix...)
	var chunk [randomLength]byte
	for len(secret) < secretLength-checksumLength {
		if _, err := io.ReadFull(random, chunk[:]); err != nil {
			return "", fmt.Errorf("read random bytes: %w", err)
		}
		secret = appendBase62(secret, chunk[:])
	}
	return string(append(secret, checksum(secret)...)), nil
}

// appendBase62 turns bytes into characters until the random part is full. Bytes from 248 on are skipped: 256 is no
// multiple of 62, so the first 8 characters would come up more often.
func appendBase62(secret, random []byte) []byte {
	const limit = 256 - 256%len(base62)
	for _, b := range random {
		if int(b) < limit && len(secret) < secretLength-checksumLength {
			secret = append(secret, base62[int(b)%len(base62)])
		}
	}
	return secret
}

// checksum is CRC-32 (IEEE) in base62, most significant digit first. Six digits hold any 32 bits.
func checksum(body []byte) []byte {
	digits := make([]byte, checksumLength)
	rest := crc32.ChecksumIEEE(body)
	for i := checksumLength - 1; i >= 0; i-- {
		digits[i] = base62[rest%uint32(len(base62))]
		rest /= uint32(len(base62))
	}
	return digits
}

// WellFormedSecret reports whether s has the format of NewSecret, checksum included. It serves scanners, lint and
// explain; whether a request is admitted is decided by the digest alone.
func WellFormedSecret(s string) bool {
	if len(s) != secretLength || !strings.HasPrefix(s, secretPrefix) || strings.Trim(s, base62) != "" {
		return false
	}
	body, sum := s[:secretLength-checksumLength], s[secretLength-checksumLength:]
	return string(checksum([]byte(body))) == sum
}

// UsableSecret reports whether s can be a secret at all, generated or imported: 16 to 256 visible ASCII characters.
func UsableSecret(s string) bool {
	return len(s) >= minUsable && len(s) <= maxUsable && visibleASCII(s)
}

func visibleASCII(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
