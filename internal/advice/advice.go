// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package advice

import (
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// For returns the warnings about a token now. The organization is its owner; nil if nobody knows it. A disabled token has
// none, since it is refused anyway, and of an expired one only that is told.
func For(t *token.Token, o *token.Organization, now time.Time) []Warning {
	if t.Disabled {
		return nil
	}
	var warnings []Warning
	if w, found := expiry(t, now); found {
		warnings = append(warnings, w)
		if ended(t, now) {
			return warnings
		}
	}
	if w, found := oldSecret(t, now); found {
		warnings = append(warnings, w)
	}
	if w, found := lowLimit(t, o); found {
		warnings = append(warnings, w)
	}
	return warnings
}

// Living returns the secrets that still work, the token's own expiry aside. It allocates only where one doesn't.
func Living(t *token.Token, now time.Time) []token.Secret {
	for i := range t.Secrets {
		if t.Secrets[i].Expired(now) {
			return onlyLiving(t.Secrets, now)
		}
	}
	return t.Secrets
}

func onlyLiving(secrets []token.Secret, now time.Time) []token.Secret {
	var alive []token.Secret
	for _, s := range secrets {
		if !s.Expired(now) {
			alive = append(alive, s)
		}
	}
	return alive
}
