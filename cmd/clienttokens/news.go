// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"maps"
	"slices"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// What events tell besides what was done.
const (
	failed    audit.Action = "failed"
	recovered audit.Action = "recovered"
)

// event is one line of watch.
type event struct {
	Time   time.Time    `json:"time"`
	Action audit.Action `json:"action"`
	Kind   string       `json:"kind,omitempty"`
	ID     string       `json:"id,omitempty"`
	By     string       `json:"by,omitempty"`
	Fields []string     `json:"fields,omitempty"`
	Error  string       `json:"error,omitempty"`
}

// news tells what is different from what was known. What is there at first is no news.
type news struct {
	now  func() time.Time
	tell func(event)

	failing       bool
	organizations map[string]registry.Organization // nil until they are known
	tokens        map[string]registry.Token
}

var _ registry.Follower = (*news)(nil)

// Loaded implements registry.Follower. It tells of what is gone before what is new, since one may have come for the
// other.
func (n *news) Loaded(c *registry.Contents) {
	n.Current()
	gone, first := n.all(), n.tokens == nil
	if first {
		n.organizations, n.tokens = map[string]registry.Organization{}, map[string]registry.Token{}
	}
	var there []registry.Change
	for _, o := range c.Organizations {
		there = append(there, registry.Change{Organization: o.Organization, Revision: o.Revision})
	}
	for _, t := range c.Tokens {
		there = append(there, registry.Change{Token: t.Token, Revision: t.Revision})
	}
	for _, x := range there {
		delete(gone, x.String())
	}
	for _, name := range slices.Sorted(maps.Keys(gone)) {
		n.change(gone[name], first)
	}
	for _, x := range there {
		n.change(x, first)
	}
}

// all returns the changes that would end what is known, by their names.
func (n *news) all() map[string]registry.Change {
	ends := make(map[string]registry.Change, len(n.tokens)+len(n.organizations))
	for id := range n.tokens {
		c := registry.DeleteToken(id, 0)
		ends[c.String()] = c
	}
	for id := range n.organizations {
		c := registry.DeleteOrganization(id, 0)
		ends[c.String()] = c
	}
	return ends
}

// Changed implements registry.Follower.
func (n *news) Changed(changes []registry.Change) {
	n.Current()
	for _, c := range changes {
		n.change(c, false)
	}
}

// Current implements registry.Follower.
func (n *news) Current() {
	if n.failing {
		n.failing = false
		n.tell(event{Time: n.time(), Action: recovered})
	}
}

// Failed implements registry.Follower.
func (n *news) Failed(reason error) {
	n.failing = true
	n.tell(event{Time: n.time(), Action: failed, Error: reason.Error()})
}

func (n *news) time() time.Time {
	return n.now().UTC().Truncate(time.Millisecond)
}

// change tells of one record, if it differs from the one that was known, and remembers it.
func (n *news) change(c registry.Change, silent bool) {
	e := event{Time: n.time(), Kind: c.Kind(), ID: c.ID()}
	if c.Token != nil {
		n.token(&e, c)
	} else {
		n.organization(&e, c)
	}
	if e.Action != "" && !silent {
		n.tell(e)
	}
}

func (n *news) token(e *event, c registry.Change) {
	id := c.Token.ID
	old, known := n.tokens[id]
	switch {
	case c.Deleted && known:
		e.Action = audit.Deleted
		delete(n.tokens, id)
		return
	case c.Deleted, known && old.Revision == c.Revision:
		return
	case known:
		e.compare(audit.OfToken(old.Token, c.Token))
	default:
		e.Action, e.By = audit.Created, c.Token.CreatedBy
	}
	n.tokens[id] = registry.Token{Token: c.Token, Revision: c.Revision}
}

func (n *news) organization(e *event, c registry.Change) {
	id := c.Organization.ID
	old, known := n.organizations[id]
	switch {
	case c.Deleted && known:
		e.Action = audit.Deleted
		delete(n.organizations, id)
		return
	case c.Deleted, known && old.Revision == c.Revision:
		return
	case known:
		e.compare(audit.OfOrganization(old.Organization, c.Organization))
	default:
		e.Action = audit.Created
	}
	n.organizations[id] = registry.Organization{Organization: c.Organization, Revision: c.Revision}
}

// compare tells of what is different.
func (e *event) compare(found audit.Entry, _ bool) {
	e.Action, e.Fields = found.Action, found.Fields()
}
