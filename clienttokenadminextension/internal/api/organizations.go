// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"net/http"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

func (c *call) listOrganizations() error {
	q := c.query()
	text, paging := q.text("q"), q.paging()
	if err := q.err(); err != nil {
		return err
	}
	page, err := c.Organizations(c.Context(), c.person, text, paging)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, struct {
		Organizations []office.ListedOrganization `json:"organizations"`
		Total         int                         `json:"total"`
		Next          string                      `json:"next,omitempty"`
	}{page.Items, page.Total, c.next(page.Next)})
}

func (c *call) createOrganization() error {
	var org token.Organization
	if err := c.body(&org, "id", "name", "spans_per_minute", "members"); err != nil {
		return err
	}
	created, err := c.CreateOrganization(c.Context(), c.person, org)
	if err != nil {
		return err
	}
	return c.created(created.Revision, created, "organizations", created.ID)
}

func (c *call) showOrganization() error {
	org, err := c.Organization(c.Context(), c.person, c.organization())
	if err != nil {
		return err
	}
	return c.record(http.StatusOK, org.Revision, org)
}

func (c *call) updateOrganization() error {
	target, err := c.organizationTarget()
	if err != nil {
		return err
	}
	edit, err := edits[token.Organization](c, "name", "spans_per_minute")
	if err != nil {
		return err
	}
	org, err := c.UpdateOrganization(c.Context(), c.person, target, edit)
	if err != nil {
		return err
	}
	return c.record(http.StatusOK, org.Revision, org)
}

func (c *call) deleteOrganization() error {
	target, err := c.organizationTarget()
	if err != nil {
		return err
	}
	if err := c.DeleteOrganization(c.Context(), c.person, target); err != nil {
		return err
	}
	return c.done()
}

func (c *call) organizationTarget() (office.Target, error) {
	return c.target("organization", c.organization())
}
