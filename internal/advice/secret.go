// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package advice

import (
	"fmt"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// maxAge is for how long a secret should be used: a public one is copied, and a rotation shows who still sends.
const maxAge = 90 * day

const day = 24 * time.Hour

// oldSecret finds the oldest living secret that nobody has begun to rotate away. Where no time is known, as in imported
// records, nothing is said.
func oldSecret(t *token.Token, now time.Time) (Warning, bool) {
	alive := Living(t, now)
	oldest, found := time.Time{}, token.Secret{}
	for _, s := range alive {
		rotatedAway := !s.ExpiresAt.IsZero() && len(alive) > 1
		made := madeAt(t, s)
		if rotatedAway || made.IsZero() {
			continue
		}
		if oldest.IsZero() || made.Before(oldest) {
			oldest, found = made, s
		}
	}
	age := now.Sub(oldest)
	if oldest.IsZero() || age <= maxAge {
		return Warning{}, false
	}
	return Warning{
		Kind: OldSecret,
		text: func() string { return fmt.Sprintf("%s is %d days old", nameOf(found), age/day) },
		fix:  command("rotate", t, "--grace 24h"),
	}, true
}

func madeAt(t *token.Token, s token.Secret) time.Time {
	if s.CreatedAt.IsZero() {
		return t.CreatedAt
	}
	return s.CreatedAt
}

func nameOf(s token.Secret) string {
	if s.Hint == "" {
		return "its secret"
	}
	return "its secret …" + s.Hint
}
