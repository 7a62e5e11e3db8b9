// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"strings"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// changes are what somebody makes of contents.
type changes struct {
	*registry.Contents

	list []registry.Change
}

// token changes a token.
func (c *changes) token(id string, change func(*token.Token)) {
	known, _ := c.Token(id)
	t := *known.Token
	t.Secrets = append([]token.Secret(nil), t.Secrets...)
	change(&t)
	c.list = append(c.list, registry.Change{Token: &t, Revision: known.Revision})
}

func (c *changes) organization(id string, change func(*token.Organization)) {
	known, _ := c.Organization(id)
	o := *known.Organization
	o.Members = append([]token.Member(nil), o.Members...)
	change(&o)
	c.list = append(c.list, registry.Change{Organization: &o, Revision: known.Revision})
}

func (c *changes) createToken(t token.Token) {
	c.list = append(c.list, registry.Change{Token: &t})
}

func (c *changes) createOrganization(o token.Organization) {
	c.list = append(c.list, registry.Change{Organization: &o})
}

func (c *changes) deleteToken(id string) {
	known, _ := c.Token(id)
	c.list = append(c.list, registry.DeleteToken(id, known.Revision))
}

func (c *changes) deleteOrganization(id string) {
	known, _ := c.Organization(id)
	c.list = append(c.list, registry.DeleteOrganization(id, known.Revision))
}

// webToken is a token of acme with these secrets.
func webToken(id string, secrets ...int) token.Token {
	t := token.Token{ID: id, Organization: "acme", Kind: token.KindWeb}
	for _, i := range secrets {
		t.Secrets = append(t.Secrets, token.Secret{SHA256: digestOf(i)})
	}
	return t
}

// withDigests puts digests in the place of D0 to D9, and secrets in that of S0 to S9.
func withDigests(text string) string {
	for i := range 10 {
		number := string(rune('0' + i))
		text = strings.ReplaceAll(text, "D"+number, digestOf(i).String())
		text = strings.ReplaceAll(text, "S"+number, secretOf(i))
	}
	return text
}
