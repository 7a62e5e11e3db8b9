// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"crypto/rand"
	"net/http"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// editPage is the form of a new token, or of one that is there.
type editPage struct {
	Organization office.Organization
	Token        *office.Token // nil: a new one
	Form         tokenForm
	Revision     string
	Stale        bool // whether somebody else has changed it since
	Cancel       string
}

// newToken shows an empty form. It has an id already, so that a form that is sent twice makes one token, not two.
func (v *visit) newToken() error {
	org, err := v.Organization(v.Context(), v.person, v.PathValue("organization"))
	if err != nil {
		return err
	}
	if err := v.mayChange(&org); err != nil {
		return err
	}
	id, err := token.NewID(rand.Reader)
	if err != nil {
		return err
	}
	form := tokenForm{ID: id, Kind: string(token.KindWeb), Bound: true, Signals: []string{"traces"}, Limit: "6000"}
	return v.showEdit(http.StatusOK, editPage{Organization: org, Form: form})
}

// createToken makes the token, and shows its secret, once.
func (v *visit) createToken() error {
	org, err := v.Organization(v.Context(), v.person, v.PathValue("organization"))
	if err != nil {
		return err
	}
	form, err := v.tokenForm()
	if err != nil {
		return err
	}
	t := token.Token{ID: form.ID}
	if form.fill(&t); len(form.Faults) > 0 {
		return v.showEdit(http.StatusUnprocessableEntity, editPage{Organization: org, Form: form})
	}
	issued, err := v.CreateToken(v.Context(), v.person, org.ID, t)
	if found, ok := faultsOf(err); ok {
		form.Faults = found
		return v.showEdit(http.StatusUnprocessableEntity, editPage{Organization: org, Form: form})
	}
	if err != nil {
		return err
	}
	return v.showIssued(http.StatusCreated, "Token created", issued, org)
}

// editToken shows the form of a token.
func (v *visit) editToken() error {
	t, org, err := v.changeable()
	if err != nil {
		return err
	}
	return v.showEdit(http.StatusOK, editPage{
		Organization: org, Token: &t, Form: formOf(&t.Token), Revision: revisionText(t.Revision),
	})
}

// updateToken writes what was changed in the form.
func (v *visit) updateToken() error {
	t, org, err := v.changeable()
	if err != nil {
		return err
	}
	form, err := v.tokenForm()
	if err != nil {
		return err
	}
	page := editPage{Organization: org, Token: &t, Revision: v.PostForm.Get("revision")}
	next := t.Token
	form.fill(&next)
	form.ID = t.ID
	if page.Form = form; len(form.Faults) > 0 {
		return v.showEdit(http.StatusUnprocessableEntity, page)
	}
	_, err = v.UpdateToken(v.Context(), v.person, org.ID, v.target(t.ID), func(t *token.Token) { form.fill(t) })
	if is[*office.StaleError](err) { // what was typed stays, and may be sent again now that this is known
		page.Stale, page.Revision = true, revisionText(t.Revision)
		return v.showEdit(http.StatusConflict, page)
	}
	if found, ok := faultsOf(err); ok {
		page.Form.Faults = found
		return v.showEdit(http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	return v.done(saved, "o", org.ID, "t", t.ID)
}

func (v *visit) tokenForm() (tokenForm, error) {
	if err := v.readForm(); err != nil {
		return tokenForm{}, err
	}
	return readTokenForm(v.PostForm), nil
}

func (v *visit) showEdit(status int, p editPage) error {
	title, crumbs := "New token", v.crumbs(&p.Organization.Organization, nil)
	p.Cancel = link("o", p.Organization.ID)
	if p.Token != nil {
		title, crumbs = "Edit "+titleOf(&p.Token.Token), v.crumbs(&p.Organization.Organization, &p.Token.Token)
		p.Cancel = link("o", p.Organization.ID, "t", p.Token.ID)
	}
	return v.render(status, "edit.html", title, crumbs, p)
}
