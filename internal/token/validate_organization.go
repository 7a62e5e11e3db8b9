// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package token

import (
	"net/mail"
	"strings"
)

// Validate returns every rule that the organization breaks by itself.
func (o Organization) Validate() []Fault {
	var f faults
	f.requiredID("id", o.ID)
	f.text("name", o.Name, maxName)
	f.limit("spans_per_minute", o.SpansPerMinute)
	seen := make(map[string]bool, len(o.Members))
	for i, member := range o.Members {
		f.member(at("members", i), member, seen[member.User])
		seen[member.User] = true
	}
	return f
}

func (f *faults) member(path string, member Member, again bool) {
	f.user(path+".user", member.User, again)
	f.role(path+".role", member.Role)
	f.addIf(member.Email != "" && !plausibleAddress(member.Email), path+".email",
		"is not an e-mail address", "write the bare address, for example jo@example.com, or drop the key")
}

func (f *faults) user(field, user string, again bool) {
	switch {
	case user == "":
		f.add(field, "is missing", "write the name that the person signs in with")
	case again:
		f.add(field, "is there twice", "keep one entry for each person")
	default:
		f.text(field, user, maxUser)
	}
}

func (f *faults) role(field string, role Role) {
	switch role {
	case RoleOwner, RoleManager, RoleViewer:
	case "":
		f.add(field, "is missing", "write owner, manager or viewer")
	default:
		f.add(field, "is unknown", "write owner, manager or viewer")
	}
}

// plausibleAddress accepts a bare address (RFC 5322) that is safe to put into a header of a message.
func plausibleAddress(email string) bool {
	if len(email) > maxUser || strings.ContainsFunc(email, Disturbs) {
		return false
	}
	address, err := mail.ParseAddress(email)
	return err == nil && address.Address == email
}
