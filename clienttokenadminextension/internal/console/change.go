// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"net/http"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenadminextension/internal/problem"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/duration"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/recipe"
)

// issuedPage shows a secret. There is no other page that does.
type issuedPage struct {
	Heading      string
	Token        office.Token
	Organization office.Organization
	Secret       string
	Rotated      bool
	Recipes      []recipe.Recipe
}

func (v *visit) showIssued(status int, heading string, issued office.Issued, org office.Organization) error {
	return v.render(status, "issued.html", heading, v.crumbs(&org.Organization, &issued.Token.Token), issuedPage{
		Heading: heading, Token: issued.Token, Organization: org, Secret: issued.Secret, Rotated: len(issued.Secrets) > 1,
		Recipes: recipe.For(&issued.Token.Token, &org.Organization, issued.Secret),
	})
}

// confirmPage asks before something is done to a token.
type confirmPage struct {
	Token    office.Token
	Name     string // to be typed
	Revision string
	Wrong    bool // what was typed
}

func (v *visit) confirm(status int, template, title string, wrong bool) error {
	t, org, err := v.changeable()
	if err != nil {
		return err
	}
	return v.render(status, template, title+" "+titleOf(&t.Token), v.crumbs(&org.Organization, &t.Token), confirmPage{
		Token: t, Name: titleOf(&t.Token), Revision: revisionText(t.Revision), Wrong: wrong,
	})
}

func (v *visit) askRotate() error { return v.confirm(http.StatusOK, "rotate.html", "Rotate", false) }

func (v *visit) askDelete() error { return v.confirm(http.StatusOK, "delete.html", "Delete", false) }

// rotateToken makes another secret, and shows it, once. A form that is sent again comes too late, and does nothing.
func (v *visit) rotateToken() error {
	t, org, err := v.changed()
	if err != nil {
		return err
	}
	grace, err := duration.Parse(v.PostForm.Get("grace"))
	if err != nil {
		return problem.New(problem.Malformed, "say for how long the old secret works")
	}
	issued, err := v.RotateToken(v.Context(), v.person, org.ID, v.target(t.ID), grace)
	if err != nil {
		return err
	}
	return v.showIssued(http.StatusOK, "Secret rotated", issued, org)
}

func (v *visit) disableToken() error {
	t, org, err := v.changed()
	if err != nil {
		return err
	}
	if _, err = v.DisableToken(v.Context(), v.person, org.ID, v.target(t.ID)); err != nil {
		return err
	}
	return v.done(disabled, "o", org.ID, "t", t.ID)
}

func (v *visit) enableToken() error {
	t, org, err := v.changed()
	if err != nil {
		return err
	}
	if _, err = v.EnableToken(v.Context(), v.person, org.ID, v.target(t.ID)); err != nil {
		return err
	}
	return v.done(enabled, "o", org.ID, "t", t.ID)
}

// deleteToken ends a token whose name was typed.
func (v *visit) deleteToken() error {
	t, org, err := v.changed()
	if err != nil {
		return err
	}
	if v.PostForm.Get("name") != titleOf(&t.Token) {
		return v.confirm(http.StatusUnprocessableEntity, "delete.html", "Delete", true)
	}
	if err := v.DeleteToken(v.Context(), v.person, org.ID, v.target(t.ID)); err != nil {
		return err
	}
	return v.done(deleted, "o", org.ID)
}

// changed returns the token that a form is about to change.
func (v *visit) changed() (office.Token, office.Organization, error) {
	t, org, err := v.changeable()
	if err == nil {
		err = v.readForm()
	}
	return t, org, err
}
