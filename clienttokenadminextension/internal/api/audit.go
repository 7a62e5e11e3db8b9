// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"net/http"
	"net/url"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
)

func (c *call) audit() error {
	q := c.query()
	query := office.AuditQuery{Token: q.text("token"), Since: q.time("since"), Limit: q.number("limit")}
	query.Before = q.entry("before")
	if err := q.err(); err != nil {
		return err
	}
	page, err := c.Audit(c.Context(), c.person, c.organization(), query)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, struct {
		Entries []audit.Entry `json:"entries"`
		Next    string        `json:"next,omitempty"`
	}{page.Entries, c.older(page.Next)})
}

func (q *query) entry(name string) (id audit.ID) {
	q.read(name, "is not the id of an entry", "follow the next of the page before", func(text string) (err error) {
		id, err = audit.ParseID(text)
		return err
	})
	return id
}

// older is where the entries before one are.
func (c *call) older(than audit.ID) string {
	if than.IsZero() {
		return ""
	}
	query := c.URL.Query()
	query.Set("before", than.String())
	return (&url.URL{Path: c.URL.Path, RawQuery: query.Encode()}).String()
}
