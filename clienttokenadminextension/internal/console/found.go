// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"net/http"
	"strings"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// foundPage is the form of a new organization.
type foundPage struct {
	ID, Name, Limit, Owner, Email string
	Faults                        faults
}

// newOrganization shows an empty form to those who may send it.
func (v *visit) newOrganization() error {
	if !v.person.Administrator {
		return &office.ForbiddenError{Action: "create organizations"}
	}
	return v.showFound(http.StatusOK, foundPage{Limit: "60000"})
}

// createOrganization makes an organization with its first owner, if one is named.
func (v *visit) createOrganization() error {
	if err := v.readForm(); err != nil {
		return err
	}
	get := func(name string) string { return strings.TrimSpace(v.PostForm.Get(name)) }
	p := foundPage{
		ID: get("id"), Name: get("name"), Limit: get("spans_per_minute"), Owner: get("user"),
		Email: get("email"), Faults: faults{},
	}
	org := token.Organization{ID: p.ID, Name: p.Name, SpansPerMinute: p.Faults.number("spans_per_minute", p.Limit)}
	if p.Owner != "" {
		org.Members = []token.Member{{User: p.Owner, Role: token.RoleOwner, Email: p.Email}}
	}
	if len(p.Faults) > 0 {
		return v.showFound(http.StatusUnprocessableEntity, p)
	}
	_, err := v.CreateOrganization(v.Context(), v.person, org)
	if found, ok := faultsOf(err); ok {
		p.Faults = found
		return v.showFound(http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	return v.done(founded, "o", org.ID)
}

func (v *visit) showFound(status int, p foundPage) error {
	return v.render(status, "found.html", "New organization", v.crumbs(nil, nil), p)
}
