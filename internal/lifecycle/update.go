// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package lifecycle

import (
	"context"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// Update lets edit change a copy of the token, and writes it if it did. What makes the token itself stays as it was: id,
// secrets, and who created it when.
func (o *Operator) Update(ctx context.Context, target Target, edit func(*token.Token)) (token.Token, error) {
	old, err := o.token(ctx, target)
	if err != nil {
		return token.Token{}, err
	}
	t := copyOf(old.Token)
	edit(&t)
	t.ID, t.Secret, t.Secrets = old.ID, old.Secret, old.Secrets
	t.CreatedAt, t.CreatedBy = old.CreatedAt, old.CreatedBy
	return t, o.replace(ctx, old, &t)
}

// replace writes the new version of a token, unless it is the same.
func (o *Operator) replace(ctx context.Context, old registry.Token, t *token.Token) error {
	if same(old.Token, t) {
		return nil
	}
	if err := o.checkToken(ctx, "token "+t.ID, t); err != nil {
		return err
	}
	return o.store.Write(ctx, o.act(), registry.Change{Token: t, Revision: old.Revision})
}

// Disable makes a token refused from now on. Its record stays.
func (o *Operator) Disable(ctx context.Context, target Target) (token.Token, error) {
	return o.Update(ctx, target, func(t *token.Token) { t.Disabled = true })
}

// Enable ends what Disable began.
func (o *Operator) Enable(ctx context.Context, target Target) (token.Token, error) {
	return o.Update(ctx, target, func(t *token.Token) { t.Disabled = false })
}

// Delete takes a token away, for good, and returns what it was.
func (o *Operator) Delete(ctx context.Context, target Target) (token.Token, error) {
	old, err := o.token(ctx, target)
	if err != nil {
		return token.Token{}, err
	}
	return *old.Token, o.store.Write(ctx, o.act(), registry.DeleteToken(old.ID, old.Revision))
}
