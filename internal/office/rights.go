// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package office

import (
	"slices"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// action is something that not everybody may do.
type action int

const (
	see                action = iota // the organization, its members, tokens, usage and audit
	changeTokens                     // create, change, rotate, disable, enable, delete
	changeOrganization               // its name, limit and members
	administer                       // create and delete organizations
)

// rights are who may do what in an organization. Administrators may do everything in all of them.
var rights = map[action][]token.Role{
	see:                {token.RoleViewer, token.RoleManager, token.RoleOwner},
	changeTokens:       {token.RoleManager, token.RoleOwner},
	changeOrganization: {token.RoleOwner},
	administer:         nil,
}

// names are how refusals speak of actions.
var names = map[action]string{
	see:                "see this organization",
	changeTokens:       "change tokens",
	changeOrganization: "change the organization, its limit and its members",
	administer:         "create and delete organizations",
}

// admit returns an error unless the person may do it. Who has no role in an organization is not told that it exists.
func (p Person) admit(o *token.Organization, a action) error {
	if p.Administrator {
		return nil
	}
	role, member := p.roleIn(o)
	switch {
	case !member:
		return &NotFoundError{Kind: "organization", ID: o.ID}
	case !slices.Contains(rights[a], role):
		return forbidden(a)
	default:
		return nil
	}
}

func forbidden(a action) error {
	return &ForbiddenError{Action: names[a], Roles: rights[a]}
}

// Rights are what a person may do in an organization besides seeing it, for whoever shows what can be done.
type Rights struct {
	Tokens       bool // create, change, rotate, disable, enable, delete
	Organization bool // its name, limit and members
	Administer   bool // create and delete organizations
}

// Rights returns those in an organization.
func (p Person) Rights(o *token.Organization) Rights {
	return Rights{
		Tokens:       p.admit(o, changeTokens) == nil,
		Organization: p.admit(o, changeOrganization) == nil,
		Administer:   p.Administrator,
	}
}
