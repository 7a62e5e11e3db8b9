// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"net/http"
	"strings"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// settingsPage is an organization's name, limit and members.
type settingsPage struct {
	Organization office.Organization
	Rights       office.Rights
	Revision     string
	Name, Limit  string
	Member       token.Member
	Faults       faults
	MemberFaults faults
	Unnotified   bool // people can't be told things at the moment
}

// settings shows who is in an organization, and its limit.
func (v *visit) settings() error {
	org, err := v.Organization(v.Context(), v.person, v.PathValue("organization"))
	if err != nil {
		return err
	}
	return v.showSettings(http.StatusOK, settingsPage{
		Organization: org, Name: org.Name, Limit: numberOf(org.SpansPerMinute),
	})
}

func (v *visit) showSettings(status int, p settingsPage) error {
	p.Rights = v.person.Rights(&p.Organization.Organization)
	p.Revision = revisionText(p.Organization.Revision)
	p.Unnotified = len(v.unnotified()) > 0
	return v.render(status, "settings.html", "Members and limit", v.crumbs(&p.Organization.Organization, nil), p)
}

// updateOrganization writes name and limit.
func (v *visit) updateOrganization() error {
	org, err := v.organizationForm()
	if err != nil {
		return err
	}
	p := settingsPage{
		Organization: org, Name: strings.TrimSpace(v.PostForm.Get("name")),
		Limit: strings.TrimSpace(v.PostForm.Get("spans_per_minute")), Faults: faults{},
	}
	limit := p.Faults.number("spans_per_minute", p.Limit)
	if len(p.Faults) > 0 {
		return v.showSettings(http.StatusUnprocessableEntity, p)
	}
	_, err = v.UpdateOrganization(v.Context(), v.person, v.target(org.ID), func(o *token.Organization) {
		o.Name, o.SpansPerMinute = p.Name, limit
	})
	if found, ok := faultsOf(err); ok {
		p.Faults = found
		return v.showSettings(http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	return v.done(saved, "o", org.ID, "settings")
}

// setMember adds a member, or gives one another role or address.
func (v *visit) setMember() error {
	org, err := v.organizationForm()
	if err != nil {
		return err
	}
	p := settingsPage{Organization: org, Name: org.Name, Limit: numberOf(org.SpansPerMinute), Member: token.Member{
		User: strings.TrimSpace(v.PostForm.Get("user")), Role: token.Role(v.PostForm.Get("role")),
		Email: strings.TrimSpace(v.PostForm.Get("email")),
	}}
	_, err = v.SetMember(v.Context(), v.person, v.target(org.ID), p.Member)
	if found, ok := faultsOf(err); ok {
		p.MemberFaults = found
		return v.showSettings(http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	return v.done(saved, "o", org.ID, "settings")
}

// removeMember takes a member out.
func (v *visit) removeMember() error {
	org, err := v.organizationForm()
	if err != nil {
		return err
	}
	if _, err := v.RemoveMember(v.Context(), v.person, v.target(org.ID), v.PostForm.Get("user")); err != nil {
		return err
	}
	return v.done(removed, "o", org.ID, "settings")
}

// organizationForm returns the organization that a form is about to change.
func (v *visit) organizationForm() (office.Organization, error) {
	org, err := v.Organization(v.Context(), v.person, v.PathValue("organization"))
	if err == nil {
		err = v.readForm()
	}
	return org, err
}
