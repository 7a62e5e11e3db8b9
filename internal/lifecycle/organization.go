// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package lifecycle

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// InUseError is the refusal to delete an organization that has tokens.
type InUseError struct {
	ID     string
	Tokens []string // their ids
}

// Error names some of them.
func (e *InUseError) Error() string {
	const most = 3
	names := e.Tokens
	more := ""
	if len(names) > most {
		names, more = names[:most], fmt.Sprintf(" and %d more", len(e.Tokens)-most)
	}
	return fmt.Sprintf("organization %s has tokens (%s%s); delete them first, or move them to another one",
		e.ID, strings.Join(names, ", "), more)
}

// CreateOrganization makes an organization as told.
func (o *Operator) CreateOrganization(ctx context.Context, org token.Organization) (token.Organization, error) {
	if err := checkOrganization(&org); err != nil {
		return org, err
	}
	return org, o.store.Write(ctx, o.act(), registry.Change{Organization: &org})
}

// UpdateOrganization lets edit change a copy of the organization, and writes it if it did. The id stays.
func (o *Operator) UpdateOrganization(
	ctx context.Context, target Target, edit func(*token.Organization),
) (token.Organization, error) {
	old, err := o.organization(ctx, target)
	if err != nil {
		return token.Organization{}, err
	}
	org := *old.Organization
	org.Members = slices.Clone(org.Members)
	org.SpansPerMinute = clone(org.SpansPerMinute)
	edit(&org)
	org.ID = old.ID
	if same(old.Organization, &org) {
		return org, nil
	}
	if err := checkOrganization(&org); err != nil {
		return org, err
	}
	return org, o.store.Write(ctx, o.act(), registry.Change{Organization: &org, Revision: old.Revision})
}

// DeleteOrganization takes an organization without tokens away, and returns what it was.
func (o *Operator) DeleteOrganization(ctx context.Context, target Target) (token.Organization, error) {
	old, err := o.organization(ctx, target)
	if err != nil {
		return token.Organization{}, err
	}
	contents, err := o.store.Contents(ctx)
	if err != nil {
		return token.Organization{}, err
	}
	if used := tokensOf(contents, old.ID); len(used) > 0 {
		return token.Organization{}, &InUseError{ID: old.ID, Tokens: used}
	}
	return *old.Organization, o.store.Write(ctx, o.act(), registry.DeleteOrganization(old.ID, old.Revision))
}

func tokensOf(c *registry.Contents, organization string) []string {
	var ids []string
	for _, t := range c.Tokens {
		if t.Organization == organization {
			ids = append(ids, t.ID)
		}
	}
	return ids
}
