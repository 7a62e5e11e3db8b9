// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package officetest

import (
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// People of every kind. All but the outsider, who is the owner of another one, and the administrator are members of
// acme.
var (
	Administrator = office.Person{User: "ada", From: "192.0.2.1", Administrator: true}
	Owner         = office.Person{User: "olga", From: "192.0.2.2"}
	Manager       = office.Person{User: "max", From: "192.0.2.3"}
	Viewer        = office.Person{User: "vic", From: "192.0.2.4"}
	Outsider      = office.Person{User: "oz", From: "192.0.2.5"}
)

func acme() token.Organization {
	return token.Organization{
		ID: "acme", Name: "Acme Inc.", SpansPerMinute: new(int64(60_000)),
		Members: []token.Member{
			{User: "olga", Role: token.RoleOwner, Email: "olga@example.com"},
			{User: "max", Role: token.RoleManager},
			{User: "vic", Role: token.RoleViewer},
		},
	}
}

func beta() token.Organization {
	return token.Organization{ID: "beta", Members: []token.Member{{User: "oz", Role: token.RoleOwner}}}
}

func shop(id string) token.Token {
	return token.Token{
		ID: id, Organization: "acme", Name: "Shop " + id, Kind: token.KindWeb, Environment: "production",
		AllowedOrigins: []string{"https://shop.example.com"}, SpansPerMinute: new(int64(6000)),
	}
}
