// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"net/http"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
)

// auditPage is what was done in an organization, the newest first.
type auditPage struct {
	Organization office.Organization
	Token        string // about which; "" about anything
	Entries      []audit.Entry
	Next         string
}

func (v *visit) audit() error {
	org, err := v.Organization(v.Context(), v.person, v.PathValue("organization"))
	if err != nil {
		return err
	}
	query := v.URL.Query()
	q := office.AuditQuery{Token: query.Get("token")}
	if before := query.Get("before"); before != "" {
		if q.Before, err = audit.ParseID(before); err != nil {
			return &office.NotFoundError{Kind: "entry", ID: before}
		}
	}
	found, err := v.Audit(v.Context(), v.person, org.ID, q)
	if err != nil {
		return err
	}
	p := auditPage{Organization: org, Token: q.Token, Entries: found.Entries}
	if !found.Next.IsZero() {
		p.Next = v.with("before", found.Next.String())
	}
	return v.render(http.StatusOK, "audit.html", "What was done", v.crumbs(&org.Organization, nil), p)
}
