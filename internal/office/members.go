// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package office

import (
	"context"
	"errors"
	"regexp"
	"slices"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/lifecycle"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// SetMember makes somebody a member, or gives a member another role or address.
func (o *Office) SetMember(ctx context.Context, p Person, target Target, m token.Member) (Organization, error) {
	org, err := o.changeMembers(ctx, p, target, func(members []token.Member) ([]token.Member, error) {
		if i := placeOf(members, m.User); i >= 0 {
			members[i] = m
			return members, nil
		}
		return append(members, m), nil
	})
	return org, ofMember(err)
}

var inMembers = regexp.MustCompile(`^members\[\d+\]\.`)

// ofMember names what is wrong with a member by its own fields: who sets one doesn't send the list.
func ofMember(err error) error {
	invalid, ok := errors.AsType[*lifecycle.InvalidError](err)
	if !ok {
		return err
	}
	named := &lifecycle.InvalidError{Record: "the member"}
	for _, f := range invalid.Faults {
		f.Field = inMembers.ReplaceAllString(f.Field, "")
		named.Faults = append(named.Faults, f)
	}
	return named
}

// RemoveMember ends a membership.
func (o *Office) RemoveMember(ctx context.Context, p Person, target Target, user string) (Organization, error) {
	return o.changeMembers(ctx, p, target, func(members []token.Member) ([]token.Member, error) {
		i := placeOf(members, user)
		if i < 0 {
			return nil, &NotFoundError{Kind: "member", ID: user}
		}
		return slices.Delete(members, i, i+1), nil
	})
}

// changeMembers leaves an organization with an owner if it had one, unless an administrator decides otherwise: without
// one nobody in it could help themselves.
func (o *Office) changeMembers(
	ctx context.Context, p Person, target Target, change func([]token.Member) ([]token.Member, error),
) (Organization, error) {
	return o.editOrganization(ctx, p, target, func(org *token.Organization) error {
		before := slices.Clone(org.Members)
		members, err := change(org.Members)
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(before, isOwner); i >= 0 && !p.Administrator && !slices.ContainsFunc(members, isOwner) {
			return &LastOwnerError{User: before[i].User}
		}
		org.Members = members
		return nil
	})
}

func isOwner(m token.Member) bool { return m.Role == token.RoleOwner }

func placeOf(members []token.Member, user string) int {
	return slices.IndexFunc(members, func(m token.Member) bool { return m.User == user })
}
