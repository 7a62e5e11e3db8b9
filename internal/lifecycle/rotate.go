// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package lifecycle

import (
	"context"
	"fmt"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// maxSecrets of a token may work at the same time: so many does usage tell apart, and a record must not grow for ever.
const maxSecrets = 64

// Rotate gives a token a new secret. The others go on working for the grace, or as long as they would have anyway if that
// is less; with a grace of 0 they end at once. All else stays: id, limits, and what is in its windows.
func (o *Operator) Rotate(ctx context.Context, target Target, grace time.Duration) (Issued, error) {
	old, err := o.token(ctx, target)
	if err != nil {
		return Issued{}, err
	}
	t := copyOf(old.Token)
	t.Secrets = o.ending(old.Secrets, grace)
	if problem := wrongGrace(grace, len(t.Secrets)); problem != "" {
		return Issued{}, invalid("the rotation of token "+target.ID, []registry.Fault{{
			Field: "grace", Problem: problem, Fix: "write 0 to end the present secrets at once, or another time",
		}})
	}
	secret, err := o.issue(&t)
	if err != nil {
		return Issued{}, err
	}
	return Issued{t, secret}, o.replace(ctx, old, &t)
}

// wrongGrace says what is wrong with one after which so many secrets go on working.
func wrongGrace(grace time.Duration, left int) string {
	switch {
	case grace < 0:
		return "is negative"
	case left >= maxSecrets:
		return fmt.Sprintf("lets more than %d secrets work at the same time", maxSecrets)
	default:
		return ""
	}
}

// ending returns the secrets that still work after the grace has begun, each with its end.
func (o *Operator) ending(secrets []token.Secret, grace time.Duration) []token.Secret {
	var left []token.Secret
	for _, s := range secrets {
		if s.ExpiresAt.IsZero() || s.ExpiresAt.After(o.In(grace)) {
			s.ExpiresAt = o.In(grace)
		}
		if !s.Expired(o.now()) {
			left = append(left, s)
		}
	}
	return left
}
