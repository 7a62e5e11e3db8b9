// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import "github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"

// Change is a new version of one record, an organization or a token, or its end.
type Change struct {
	// Organization or Token is the record: one of the two. Of a deleted one only the id counts.
	Organization *token.Organization
	Token        *token.Token
	Deleted      bool

	// Revision is, in a write, that of the version to be replaced, 0 for a new record; in what a follower is told, that
	// of the record now.
	Revision Revision
}

// ID returns the id of the record.
func (c Change) ID() string {
	if c.Token != nil {
		return c.Token.ID
	}
	return c.Organization.ID
}

// Kind returns "token" or "organization".
func (c Change) Kind() string {
	if c.Token != nil {
		return "token"
	}
	return "organization"
}

// String names the record: "token shop-web".
func (c Change) String() string {
	return c.Kind() + " " + c.ID()
}

// DeleteToken returns the change that ends a token.
func DeleteToken(id string, r Revision) Change {
	return Change{Token: &token.Token{ID: id}, Deleted: true, Revision: r}
}

// DeleteOrganization returns the change that ends an organization.
func DeleteOrganization(id string, r Revision) Change {
	return Change{Organization: &token.Organization{ID: id}, Deleted: true, Revision: r}
}

// Conflict returns the error of a change that comes too late: the record has another revision by now.
func (c Change) Conflict(present Revision) error {
	problem := ConflictChanged
	switch {
	case c.Revision == 0:
		problem = ConflictExists
	case present == 0:
		problem = ConflictDeleted
	}
	return &ConflictError{Kind: c.Kind(), ID: c.ID(), Problem: problem}
}
