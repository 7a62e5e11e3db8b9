// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package token

import "time"

const hintLength = 4

// Secret is what is kept of a secret: enough to recognise it, not enough to use it.
type Secret struct {
	SHA256    Digest    `json:"sha256,omitzero"     yaml:"sha256,omitempty"`
	Hint      string    `json:"hint,omitempty"      yaml:"hint,omitempty"` // the last 4 characters; "" if imported
	CreatedAt time.Time `json:"created_at,omitzero" yaml:"created_at,omitempty"`
	ExpiresAt time.Time `json:"expires_at,omitzero" yaml:"expires_at,omitempty"` // zero: never
}

// Expired reports whether the secret has an expiry time and now is not before it.
func (s Secret) Expired(now time.Time) bool {
	return expired(s.ExpiresAt, now)
}

func expired(at, now time.Time) bool {
	return !at.IsZero() && !now.Before(at)
}
