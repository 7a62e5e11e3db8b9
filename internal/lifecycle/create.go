// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package lifecycle

import (
	"cmp"
	"context"
	"slices"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// Issued is a token with a secret that was made for it. It can't be shown again: only its digest was kept.
type Issued struct {
	Token  token.Token
	Secret string
}

// Create makes a token as told, with a secret and, unless it has one, an id.
func (o *Operator) Create(ctx context.Context, t token.Token) (Issued, error) {
	name := nameOf("token", t.ID)
	if t.ID == "" {
		id, err := token.NewID(o.options.Random)
		if err != nil {
			return Issued{}, err
		}
		t.ID = id
	}
	t.CreatedAt = o.now()
	t.CreatedBy = cmp.Or(t.CreatedBy, o.options.By)
	t.Secrets = nil
	secret, err := o.issue(&t)
	if err != nil {
		return Issued{}, err
	}
	if err := o.checkToken(ctx, name, &t); err != nil {
		return Issued{}, err
	}
	return Issued{t, secret}, o.store.Write(ctx, o.act(), registry.Change{Token: &t})
}

// issue gives a token one more secret.
func (o *Operator) issue(t *token.Token) (string, error) {
	secret, err := token.NewSecret(o.options.Random)
	if err != nil {
		return "", err
	}
	record := token.Plaintext(secret).Record()
	record.CreatedAt = o.now()
	t.Secrets = append(slices.Clip(t.Secrets), record)
	return secret, nil
}
