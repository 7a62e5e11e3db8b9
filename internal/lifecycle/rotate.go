// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package lifecycle

import (
	"context"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// Rotate gives a token a new secret. The others go on working for the grace, or as long as they would have anyway if that
// is less; with a grace of 0 they end at once. All else stays: id, limits, and what is in its windows.
func (o *Operator) Rotate(ctx context.Context, target Target, grace time.Duration) (Issued, error) {
	old, err := o.token(ctx, target)
	if err != nil {
		return Issued{}, err
	}
	if grace < 0 {
		return Issued{}, invalid("the rotation of token "+target.ID, []registry.Fault{{
			Field: "grace", Problem: "is negative", Fix: "write 0 to end the present secrets at once, or a longer time",
		}})
	}
	t := copyOf(old.Token)
	t.Secrets = o.ending(old.Secrets, grace)
	secret, err := o.issue(&t)
	if err != nil {
		return Issued{}, err
	}
	return Issued{t, secret}, o.replace(ctx, old, &t)
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
