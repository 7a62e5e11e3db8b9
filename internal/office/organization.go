// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package office

import (
	"context"
	"slices"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// Organization is what people see of an organization.
type Organization struct {
	token.Organization

	Role     token.Role        `json:"role,omitempty"` // of the person who asks
	Revision registry.Revision `json:"revision,string"`
}

// Organization returns an organization and its members.
func (o *Office) Organization(_ context.Context, p Person, id string) (Organization, error) {
	found, err := o.seen(p, id)
	if err != nil {
		return Organization{}, err
	}
	return describe(p, found), nil
}

// seen returns an organization as it is served, if the person may see it.
func (o *Office) seen(p Person, id string) (registry.Organization, error) {
	if err := o.loaded(); err != nil {
		return registry.Organization{}, err
	}
	found, ok := o.registry.Organization(id)
	if !ok {
		return found, &NotFoundError{Kind: "organization", ID: id}
	}
	return found, p.admit(found.Organization, see)
}

// stored returns an organization as it is stored, if the person may do something in it.
func (o *Office) stored(ctx context.Context, p Person, id string, a action) (registry.Organization, error) {
	found, err := o.store.Organization(ctx, id)
	if err != nil {
		return found, plain(err, 0)
	}
	return found, p.admit(found.Organization, a)
}

// CreateOrganization makes an organization as told.
func (o *Office) CreateOrganization(ctx context.Context, p Person, org token.Organization) (Organization, error) {
	if !p.Administrator {
		return Organization{}, forbidden(administer)
	}
	written, err := o.operator(p).CreateOrganization(ctx, org)
	return o.arrived(ctx, p, written, plain(err, 0))
}

// UpdateOrganization lets edit change the name and the limit of a copy of an organization, and writes it.
func (o *Office) UpdateOrganization(
	ctx context.Context, p Person, target Target, edit func(*token.Organization),
) (Organization, error) {
	return o.editOrganization(ctx, p, target, func(org *token.Organization) error {
		members := org.Members
		edit(org)
		org.Members = members
		return nil
	})
}

// editOrganization writes what edit has made of the version that the person's rights were looked up in.
func (o *Office) editOrganization(
	ctx context.Context, p Person, target Target, edit func(*token.Organization) error,
) (Organization, error) {
	old, err := o.stored(ctx, p, target.ID, changeOrganization)
	if err != nil {
		return Organization{}, err
	}
	next := *old.Organization
	next.Members = slices.Clone(next.Members)
	if err := edit(&next); err != nil {
		return Organization{}, err
	}
	written, err := o.operator(p).UpdateOrganization(ctx, pinned(target, old.Revision),
		func(org *token.Organization) { *org = next })
	return o.arrived(ctx, p, written, plain(err, target.Revision))
}

// DeleteOrganization takes an organization without tokens away.
func (o *Office) DeleteOrganization(ctx context.Context, p Person, target Target) error {
	if _, err := o.stored(ctx, p, target.ID, administer); err != nil {
		return err
	}
	if _, err := o.operator(p).DeleteOrganization(ctx, target); err != nil {
		return plain(err, target.Revision)
	}
	await(ctx, func() bool {
		_, there := o.registry.Organization(target.ID)
		return !there
	})
	return nil
}

// arrived returns what was written once it is served. An error is passed on.
func (o *Office) arrived(ctx context.Context, p Person, written token.Organization, err error) (Organization, error) {
	if err != nil {
		return Organization{}, err
	}
	stored, err := o.store.Organization(ctx, written.ID)
	if err != nil {
		return describe(p, registry.Organization{Organization: &written}), nil // it was written all the same
	}
	await(ctx, func() bool {
		served, _ := o.registry.Organization(written.ID)
		return served.Revision == stored.Revision
	})
	return describe(p, stored), nil
}

func describe(p Person, o registry.Organization) Organization {
	role, _ := p.roleIn(o.Organization)
	return Organization{Organization: *o.Organization, Role: role, Revision: o.Revision}
}
