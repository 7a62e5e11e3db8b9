// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package office

import "github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"

// Person is somebody who asks.
type Person struct {
	User          string // the name that they signed in with
	From          string // the address that they come from
	Administrator bool   // of all organizations
}

// roleIn returns the person's role in an organization, and whether there is one.
func (p Person) roleIn(o *token.Organization) (token.Role, bool) {
	if p.User == "" {
		return "", false
	}
	for _, m := range o.Members {
		if m.User == p.User {
			return m.Role, true
		}
	}
	return "", false
}
