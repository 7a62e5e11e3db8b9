// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import "github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"

// told are the revisions of the records that a follower has been told, by id.
type told struct{ tokens, organizations map[string]registry.Revision }

func toldBy(c *registry.Contents) told {
	all := told{
		tokens:        make(map[string]registry.Revision, len(c.Tokens)),
		organizations: make(map[string]registry.Revision, len(c.Organizations)),
	}
	for _, o := range c.Organizations {
		all.organizations[o.ID] = o.Revision
	}
	for _, t := range c.Tokens {
		all.tokens[t.ID] = t.Revision
	}
	return all
}

func (all told) note(c registry.Change) {
	revisions := all.organizations
	if c.Token != nil {
		revisions = all.tokens
	}
	if c.Deleted {
		delete(revisions, c.ID())
		return
	}
	revisions[c.ID()] = c.Revision
}

// contradict tells whether there is a record that was written when the registry was followed, up to the revision, and
// that looks otherwise than it was told, or was told to be deleted.
func (all told) contradict(c *registry.Contents, upTo registry.Revision) bool {
	for _, o := range c.Organizations {
		if o.Revision <= upTo && all.organizations[o.ID] != o.Revision {
			return true
		}
	}
	for _, t := range c.Tokens {
		if t.Revision <= upTo && all.tokens[t.ID] != t.Revision {
			return true
		}
	}
	return false
}
