// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"strings"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// Recipients returns the addresses of those who look after the tokens of an organization: its owners and managers, each
// address once. Addresses that differ only in case are one mailbox everywhere.
func Recipients(o *token.Organization) []string {
	var all []string
	seen := map[string]bool{}
	for _, m := range o.Members {
		mailbox := strings.ToLower(m.Email)
		if !looksAfter(m.Role) || mailbox == "" || seen[mailbox] {
			continue
		}
		seen[mailbox] = true
		all = append(all, m.Email)
	}
	return all
}

func looksAfter(r token.Role) bool {
	return r == token.RoleOwner || r == token.RoleManager
}
