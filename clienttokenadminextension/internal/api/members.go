// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"net/http"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

func (c *call) listMembers() error {
	org, err := c.Organization(c.Context(), c.person, c.organization())
	if err != nil {
		return err
	}
	return c.members(org)
}

func (c *call) setMember() error {
	target, err := c.organizationTarget()
	if err != nil {
		return err
	}
	member := token.Member{User: c.PathValue("user")}
	if err := c.body(&member, "role", "email"); err != nil {
		return err
	}
	org, err := c.SetMember(c.Context(), c.person, target, member)
	if err != nil {
		return err
	}
	return c.members(org)
}

func (c *call) removeMember() error {
	target, err := c.organizationTarget()
	if err != nil {
		return err
	}
	if _, err := c.RemoveMember(c.Context(), c.person, target, c.PathValue("user")); err != nil {
		return err
	}
	return c.done()
}

// members answers with the version of the organization, of whose record they are a part.
func (c *call) members(org office.Organization) error {
	return c.record(http.StatusOK, org.Revision, struct {
		Members []token.Member `json:"members"`
	}{append([]token.Member{}, org.Members...)})
}
