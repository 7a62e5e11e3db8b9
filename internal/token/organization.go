// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package token

// Role tells what a member of an organization may do.
type Role string

// The roles, from the most powerful down.
const (
	RoleOwner   Role = "owner"
	RoleManager Role = "manager"
	RoleViewer  Role = "viewer"
)

// Organization is the record of an organization, which owns tokens.
type Organization struct {
	ID             string   `json:"id,omitempty"               yaml:"id,omitempty"`
	Name           string   `json:"name,omitempty"             yaml:"name,omitempty"`
	SpansPerMinute *int64   `json:"spans_per_minute,omitempty" yaml:"spans_per_minute,omitempty"` // nil: no limit
	Members        []Member `json:"members,omitempty"          yaml:"members,omitempty"`
}

// Member is a person in an organization. User is the name that the authentication in front of the console gives.
type Member struct {
	User  string `json:"user,omitempty"  yaml:"user,omitempty"`
	Role  Role   `json:"role,omitempty"  yaml:"role,omitempty"`
	Email string `json:"email,omitempty" yaml:"email,omitempty"`
}
