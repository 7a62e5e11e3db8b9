// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"maps"
	"slices"
)

// With returns the contents as changes would leave them, sorted, or what would be wrong with them. Changed records have
// the revision 0. The error is a *ConflictError.
func (c *Contents) With(changes []Change) (*Contents, []Fault, error) {
	organizations := map[string]Organization{}
	for _, o := range c.Organizations {
		organizations[o.ID] = o
	}
	tokens := make(map[string]Token, len(c.Tokens))
	for _, t := range c.Tokens {
		tokens[t.ID] = t
	}
	for _, change := range changes {
		if err := apply(change, organizations, tokens); err != nil {
			return nil, nil, err
		}
	}
	contents, faults := collect(organizations, tokens)
	return contents, faults, nil
}

func apply(c Change, organizations map[string]Organization, tokens map[string]Token) error {
	present := tokens[c.ID()].Revision
	if c.Token == nil {
		present = organizations[c.ID()].Revision
	}
	switch {
	case present != c.Revision:
		return c.Conflict(present)
	case c.Token != nil && c.Deleted:
		delete(tokens, c.ID())
	case c.Token != nil:
		tokens[c.ID()] = Token{Token: c.Token}
	case c.Deleted:
		delete(organizations, c.ID())
	default:
		organizations[c.ID()] = Organization{Organization: c.Organization}
	}
	return nil
}

// collect checks the records as a whole.
func collect(organizations map[string]Organization, tokens map[string]Token) (*Contents, []Fault) {
	var r Records
	for _, id := range slices.Sorted(maps.Keys(organizations)) {
		r.Organizations = append(r.Organizations, *organizations[id].Organization)
	}
	for _, id := range slices.Sorted(maps.Keys(tokens)) {
		r.Tokens = append(r.Tokens, *tokens[id].Token)
	}
	contents, findings := CheckAll(&r)
	for i, o := range contents.Organizations {
		contents.Organizations[i].Revision = organizations[o.ID].Revision
	}
	for i, t := range contents.Tokens {
		contents.Tokens[i].Revision = tokens[t.ID].Revision
	}
	contents.Warnings = findings.Warnings
	return contents, findings.Faults
}
