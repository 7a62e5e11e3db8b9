// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"slices"
	"strings"
)

// closedLimit is a limit of 0.
const closedLimit = -1

// organization is a customer of the fleet under test. Limits are in spans a minute; 0 is none.
type organization struct {
	id      string
	limit   int
	binding bool // its limit is what holds its senders, rather than those of its tokens
	senders []sender
}

// sender is a token and how much is sent with it.
type sender struct {
	id      string
	limit   int
	offered int // spans a minute
}

// bystander has no limit, so Redis is never asked for it. What its requests take is due to the machine.
var bystander = organization{"bystander", 0, false, []sender{{"bystander", 0, 8_000}}}

func (s sender) secret() string { return "secret-of-the-" + s.id + "-token" }

// records returns the token file.
func records(organizations []organization) []byte {
	var head, tokens strings.Builder
	for _, o := range append(slices.Clone(organizations), bystander) {
		fmt.Fprintf(&head, "  - {id: %s%s}\n", o.id, rate(o.limit))
		for _, s := range o.senders {
			fmt.Fprintf(&tokens, "  - {id: %s, organization: %s, kind: web, signals: [traces, metrics]%s, secret: %s}\n",
				s.id, o.id, rate(s.limit), s.secret())
		}
	}
	return []byte("organizations:\n" + head.String() + "tokens:\n" + tokens.String())
}

func rate(limit int) string {
	if limit == 0 {
		return ""
	}
	limit = max(limit, 0) // closedLimit
	return fmt.Sprintf(", spans_per_minute: %d", limit)
}

// several returns n senders who offer the same.
func several(n int, name string, limit, offered int) []sender {
	senders := make([]sender, n)
	for i := range senders {
		senders[i] = sender{fmt.Sprintf("%s-%d", name, i), limit, offered}
	}
	return senders
}
