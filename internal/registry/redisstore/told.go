// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import "github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"

// told are the revisions of the records that a follower has been told, by id.
type told struct {
	tokens, organizations map[string]registry.Revision

	// leftOut are the ids of tokens and organizations that were there and could not be served. Nothing can be said about
	// these when they can be.
	leftOut map[string]bool
}

func toldBy(c *registry.Contents, stored raw) told {
	all := told{
		tokens:        make(map[string]registry.Revision, len(c.Tokens)),
		organizations: make(map[string]registry.Revision, len(c.Organizations)),
		leftOut:       map[string]bool{},
	}
	for _, o := range c.Organizations {
		all.organizations[o.ID] = o.Revision
	}
	for _, t := range c.Tokens {
		all.tokens[t.ID] = t.Revision
	}
	leaveOut(all.leftOut, stored.tokens, all.tokens)
	leaveOut(all.leftOut, stored.organizations, all.organizations)
	return all
}

func leaveOut(leftOut map[string]bool, stored map[string]string, told map[string]registry.Revision) {
	if len(stored) == len(told) {
		return
	}
	for id := range stored {
		if _, ok := told[id]; !ok {
			leftOut[id] = true
		}
	}
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
		if o.Revision <= upTo && all.organizations[o.ID] != o.Revision && !all.leftOut[o.ID] {
			return true
		}
	}
	for _, t := range c.Tokens {
		if t.Revision <= upTo && all.tokens[t.ID] != t.Revision && !all.leftOut[t.ID] {
			return true
		}
	}
	return false
}
