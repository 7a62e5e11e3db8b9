// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package office

import (
	"context"
	"errors"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/advice"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// Advice is what somebody should do about a token.
type Advice struct {
	Warnings []advice.Warning
	Sampling *advice.Sampling // nil if there is nothing to say, as with too little usage
}

// Advice returns what somebody should do about a token of an organization.
func (o *Office) Advice(ctx context.Context, p Person, organization, id string) (Advice, error) {
	t, err := o.seenToken(p, organization, id)
	if err != nil {
		return Advice{}, err
	}
	owner, _ := o.registry.Organization(organization)
	sampling, err := advice.SampleFor(ctx, o.usage, t.Token, owner.Organization, o.now())
	if err := unread(err); err != nil && !errors.Is(err, ErrNotRecorded) {
		return Advice{}, err
	}
	return Advice{o.show(ctx, t, owner.Organization).Warnings, sampling}, nil
}

func (o *Office) warnings(t *token.Token, owner *token.Organization, u *advice.Use) []advice.Warning {
	now := o.now()
	return append(append([]advice.Warning{}, advice.Lint(t, owner, now)...), advice.Used(t, u, now)...)
}
