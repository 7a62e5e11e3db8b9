// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"net/http"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
)

type organizationsPage struct {
	Text          string
	Organizations office.Page[office.ListedOrganization]
	Next          string
	User          string
	Administrator bool
	Unnotified    []string // why, for administrators
}

// organizations lists those of a person. Who has just one is led there.
func (v *visit) organizations() error {
	query := v.URL.Query()
	p := organizationsPage{Text: query.Get("q"), User: v.person.User, Administrator: v.person.Administrator}
	var err error
	p.Organizations, err = v.Organizations(v.Context(), v.person, p.Text, office.Paging{After: query.Get("after")})
	if err != nil {
		return err
	}
	if p.Organizations.Total == 1 && p.Text == "" && !v.person.Administrator {
		http.Redirect(v.w, v.Request, link("o", p.Organizations.Items[0].ID), http.StatusSeeOther)
		return nil
	}
	if v.person.Administrator {
		p.Unnotified = v.unnotified()
	}
	p.Next = v.next(p.Organizations.Next)
	return v.render(http.StatusOK, "organizations.html", "Organizations", nil, p)
}
