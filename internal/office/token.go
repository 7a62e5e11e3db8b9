// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package office

import (
	"context"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/advice"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/lifecycle"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// Token is what people see of a token.
type Token struct {
	token.Token // without secrets

	Secrets    []Secret          `json:"secrets"`
	LastUsedAt time.Time         `json:"last_used_at,omitzero"` // zero: never, long ago, or not known at the moment
	Warnings   []advice.Warning  `json:"warnings"`
	Revision   registry.Revision `json:"revision,string"`
}

// Secret is what people see of one that was issued before.
type Secret struct {
	Hint       string    `json:"hint,omitempty"`
	CreatedAt  time.Time `json:"created_at,omitzero"`
	ExpiresAt  time.Time `json:"expires_at,omitzero"`
	LastUsedAt time.Time `json:"last_used_at,omitzero"` // zero as above
}

// Issued is a token with its new secret, which nobody can see again.
type Issued struct {
	Token

	Secret string `json:"secret"`
}

// Token returns a token of an organization.
func (o *Office) Token(ctx context.Context, p Person, organization, id string) (Token, error) {
	found, err := o.seenToken(p, organization, id)
	if err != nil {
		return Token{}, err
	}
	owner, _ := o.registry.Organization(organization)
	return o.show(ctx, found, owner.Organization), nil
}

// seenToken returns a token as it is served, if the person may see it.
func (o *Office) seenToken(p Person, organization, id string) (registry.Token, error) {
	if _, err := o.seen(p, organization); err != nil {
		return registry.Token{}, err
	}
	found, ok := o.registry.Token(id)
	if !ok || found.Organization != organization {
		return found, &NotFoundError{Kind: "token", ID: id}
	}
	return found, nil
}

// CreateToken makes a token of an organization as told, with a secret.
func (o *Office) CreateToken(ctx context.Context, p Person, organization string, t token.Token) (Issued, error) {
	if _, err := o.stored(ctx, p, organization, changeTokens); err != nil {
		return Issued{}, err
	}
	t.Organization = organization
	t.CreatedBy = audit.ByUser(p.User)
	issued, err := o.operator(p).Create(ctx, t)
	return o.issued(ctx, issued, plain(err, 0))
}

// RotateToken gives a token a new secret. The others work on for the grace, or until their own end if that is earlier.
func (o *Office) RotateToken(
	ctx context.Context, p Person, organization string, target Target, grace time.Duration,
) (Issued, error) {
	old, err := o.changeable(ctx, p, organization, target.ID)
	if err != nil {
		return Issued{}, err
	}
	issued, err := o.operator(p).Rotate(ctx, pinned(target, old.Revision), grace)
	return o.issued(ctx, issued, plain(err, target.Revision))
}

// UpdateToken lets edit set fields of a token, and writes it. Who moves it to another organization must be allowed to
// change tokens there, too. edit may not write through slices and pointers.
func (o *Office) UpdateToken(
	ctx context.Context, p Person, organization string, target Target, edit func(*token.Token),
) (Token, error) {
	old, err := o.changeable(ctx, p, organization, target.ID)
	if err != nil {
		return Token{}, err
	}
	next := *old.Token
	edit(&next)
	if err := o.mayMove(ctx, p, organization, next.Organization); err != nil {
		return Token{}, err
	}
	written, err := o.operator(p).Update(ctx, pinned(target, old.Revision), func(t *token.Token) { *t = next })
	return o.written(ctx, written, plain(err, target.Revision))
}

// DisableToken makes a token refused from now on. Its record stays.
func (o *Office) DisableToken(ctx context.Context, p Person, organization string, target Target) (Token, error) {
	return o.UpdateToken(ctx, p, organization, target, func(t *token.Token) { t.Disabled = true })
}

// EnableToken ends what DisableToken began.
func (o *Office) EnableToken(ctx context.Context, p Person, organization string, target Target) (Token, error) {
	return o.UpdateToken(ctx, p, organization, target, func(t *token.Token) { t.Disabled = false })
}

// DeleteToken takes a token away, for good.
func (o *Office) DeleteToken(ctx context.Context, p Person, organization string, target Target) error {
	old, err := o.changeable(ctx, p, organization, target.ID)
	if err != nil {
		return err
	}
	if _, err := o.operator(p).Delete(ctx, pinned(target, old.Revision)); err != nil {
		return plain(err, target.Revision)
	}
	await(ctx, func() bool {
		_, there := o.registry.Token(target.ID)
		return !there
	})
	return nil
}

// changeable returns a token as it is stored, if the person may change it.
func (o *Office) changeable(ctx context.Context, p Person, organization, id string) (registry.Token, error) {
	if _, err := o.stored(ctx, p, organization, changeTokens); err != nil {
		return registry.Token{}, err
	}
	found, err := o.store.Token(ctx, id)
	switch {
	case err != nil:
		return found, plain(err, 0)
	case found.Organization != organization:
		return found, &NotFoundError{Kind: "token", ID: id}
	default:
		return found, nil
	}
}

// mayMove doesn't tell an organization that the person doesn't know from one that isn't there.
func (o *Office) mayMove(ctx context.Context, p Person, from, to string) error {
	if to == from || !token.ValidID(to) {
		return nil // what isn't valid will be told with all else that isn't
	}
	_, err := o.stored(ctx, p, to, changeTokens)
	if known[*NotFoundError](err) {
		return &lifecycle.InvalidError{Record: "the token", Faults: []registry.Fault{{
			Field: "organization", Problem: "there is no organization " + to + ", or you are not a member of it",
			Fix: "correct the id",
		}}}
	}
	return err
}

// written returns a token once it is served as it was written. An error is passed on.
func (o *Office) written(ctx context.Context, t token.Token, err error) (Token, error) {
	if err != nil {
		return Token{}, err
	}
	stored, err := o.store.Token(ctx, t.ID)
	if err != nil {
		return o.show(ctx, registry.Token{Token: &t}, nil), nil // it was written all the same
	}
	await(ctx, func() bool {
		served, _ := o.registry.Token(t.ID)
		return served.Revision == stored.Revision
	})
	owner, _ := o.registry.Organization(stored.Organization)
	return o.show(ctx, stored, owner.Organization), nil
}

func (o *Office) issued(ctx context.Context, issued lifecycle.Issued, err error) (Issued, error) {
	t, err := o.written(ctx, issued.Token, err)
	if err != nil {
		return Issued{}, err
	}
	return Issued{t, issued.Secret}, nil
}

// show leaves out what nobody may see. The owner may be unknown.
func (o *Office) show(ctx context.Context, t registry.Token, owner *token.Organization) Token {
	return o.showAll(ctx, []registry.Token{t}, owner)[0]
}

// showAll is not kept from showing tokens by not knowing when they were used.
func (o *Office) showAll(ctx context.Context, tokens []registry.Token, owner *token.Organization) []Token {
	used, _ := o.usesOf(ctx, tokens)
	shown := make([]Token, len(tokens))
	for i, t := range tokens {
		shown[i] = Token{
			Token: *t.Token, Secrets: SecretsOf(t.Token, used.last[i]), LastUsedAt: used.last[i].Token,
			Warnings: o.warnings(t.Token, owner, used.of(i)), Revision: t.Revision,
		}
		shown[i].Secret, shown[i].Token.Secrets = "", nil
	}
	return shown
}

// SecretsOf returns what people see of a token's secrets.
func SecretsOf(t *token.Token, used usage.LastUse) []Secret {
	secrets := make([]Secret, len(t.Secrets))
	for i, s := range t.Secrets {
		secrets[i] = Secret{s.Hint, s.CreatedAt, s.ExpiresAt, used.Secrets[usage.KeyOf(s.SHA256)]}
	}
	return secrets
}
