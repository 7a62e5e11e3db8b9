// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package lifecycle

import (
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// comparison is what distinguishes records from those that are there.
type comparison struct {
	changes   []registry.Change // what is new, organizations first
	conflicts []*registry.ConflictError
	removed   []string
	same      int
}

func compare(present, from *registry.Contents) *comparison {
	c := &comparison{}
	organizations := make(map[string]*token.Organization, len(present.Organizations))
	for _, x := range present.Organizations {
		organizations[x.ID] = x.Organization
	}
	for _, x := range from.Organizations {
		old, known := organizations[x.ID]
		c.add(registry.Change{Organization: x.Organization}, known, old, x.Organization)
		delete(organizations, x.ID)
	}
	tokens := make(map[string]*token.Token, len(present.Tokens))
	for _, x := range present.Tokens {
		tokens[x.ID] = x.Token
	}
	for _, x := range from.Tokens {
		old, known := tokens[x.ID]
		c.add(registry.Change{Token: x.Token}, known, old, x.Token)
		delete(tokens, x.ID)
	}
	c.remove(present, organizations, tokens)
	return c
}

func (c *comparison) add(change registry.Change, known bool, old, record any) {
	switch {
	case !known:
		c.changes = append(c.changes, change)
	case same(old, record):
		c.same++
	default:
		c.conflicts = append(c.conflicts, &registry.ConflictError{
			Kind: change.Kind(), ID: change.ID(), Problem: registry.ConflictExists,
		})
	}
}

// remove notes what is left, in the order of the store.
func (c *comparison) remove(
	present *registry.Contents, organizations map[string]*token.Organization, tokens map[string]*token.Token,
) {
	for _, x := range present.Organizations {
		if organizations[x.ID] != nil {
			c.removed = append(c.removed, "organization "+x.ID)
		}
	}
	for _, x := range present.Tokens {
		if tokens[x.ID] != nil {
			c.removed = append(c.removed, "token "+x.ID)
		}
	}
}

func (c *comparison) difference(unseen error) *Difference {
	d := &Difference{Removed: c.removed, Same: c.same, Unseen: unseen}
	for _, change := range c.changes {
		d.Added = append(d.Added, change.String())
	}
	for _, conflict := range c.conflicts {
		d.Changed = append(d.Changed, conflict.Kind+" "+conflict.ID)
	}
	return d
}
