// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// Compare tells what was done to records from how they were to how they are: organizations that are there in front of
// their tokens, and those that are gone behind them.
func Compare(was, is *Contents) []audit.Entry {
	organizations, tokens := byID(was)
	var there, ofTokens, gone []audit.Entry
	for _, o := range is.Organizations {
		there = add(there, organizations[o.ID], o.Organization, audit.OfOrganization)
		delete(organizations, o.ID)
	}
	for _, t := range is.Tokens {
		ofTokens = add(ofTokens, tokens[t.ID], t.Token, audit.OfToken)
		delete(tokens, t.ID)
	}
	for _, t := range was.Tokens {
		ofTokens = add(ofTokens, tokens[t.ID], nil, audit.OfToken)
	}
	for _, o := range was.Organizations {
		gone = add(gone, organizations[o.ID], nil, audit.OfOrganization)
	}
	return append(append(there, ofTokens...), gone...)
}

func byID(c *Contents) (map[string]*token.Organization, map[string]*token.Token) {
	organizations := make(map[string]*token.Organization, len(c.Organizations))
	for _, o := range c.Organizations {
		organizations[o.ID] = o.Organization
	}
	tokens := make(map[string]*token.Token, len(c.Tokens))
	for _, t := range c.Tokens {
		tokens[t.ID] = t.Token
	}
	return organizations, tokens
}

// add adds what was done to one record, unless it is nothing.
func add[R any](list []audit.Entry, was, is *R, compare func(was, is *R) (audit.Entry, bool)) []audit.Entry {
	if was == is {
		return list // the same one, or neither there
	}
	if e, ok := compare(was, is); ok {
		list = append(list, e)
	}
	return list
}
