// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// draft is what a file holds, in its order, and what it shall hold.
type draft struct {
	organizations, tokens []entry
}

// entry is one record. was is nil for a new one, is for a deleted one; both are the same where nothing changes.
type entry struct {
	id       string
	revision registry.Revision
	was, is  record
}

// String names the record: "token shop-web".
func (e entry) String() string {
	r := e.is
	if r == nil {
		r = e.was
	}
	if _, ok := r.(*token.Token); ok {
		return "token " + e.id
	}
	return "organization " + e.id
}

// record is a *token.Organization or a *token.Token.
type record any

// newDraft starts from what a file holds.
func newDraft(c *registry.Contents) *draft {
	d := &draft{}
	for _, o := range c.Organizations {
		d.organizations = append(d.organizations, entry{o.ID, o.Revision, o.Organization, o.Organization})
	}
	for _, t := range c.Tokens {
		d.tokens = append(d.tokens, entry{t.ID, t.Revision, t.Token, t.Token})
	}
	return d
}

// draftOf starts from nothing.
func draftOf(c *registry.Contents) *draft {
	d := newDraft(c)
	for _, list := range d.lists() {
		for i := range list {
			list[i].was = nil
		}
	}
	return d
}

func (d *draft) lists() [][]entry {
	return [][]entry{d.organizations, d.tokens}
}

// apply makes the changes, one after the other, unless one comes too late or they leave faults.
func (d *draft) apply(changes []registry.Change) error {
	places := d.places()
	for _, c := range changes {
		list, r := &d.organizations, record(c.Organization)
		if c.Token != nil {
			list, r = &d.tokens, c.Token
		}
		i, known := places[c.String()]
		if !known {
			i = len(*list)
			*list = append(*list, entry{id: c.ID()})
		}
		e := &(*list)[i]
		if problem := conflict(c, e, known); problem != "" {
			return &registry.ConflictError{Kind: c.Kind(), ID: c.ID(), Problem: problem}
		}
		places[c.String()], e.is = i, r
		if c.Deleted {
			delete(places, c.String())
			e.is = nil
		}
	}
	return d.check()
}

// places returns where records are in their lists.
func (d *draft) places() map[string]int {
	places := make(map[string]int)
	for _, list := range d.lists() {
		for i, e := range list {
			places[e.String()] = i
		}
	}
	return places
}

// conflict says what is wrong with the revision that a change wants to replace.
func conflict(c registry.Change, e *entry, known bool) string {
	switch {
	case !known && (c.Revision != 0 || c.Deleted):
		return registry.ConflictDeleted
	case known && c.Revision == 0 && !c.Deleted:
		return registry.ConflictExists
	case known && c.Revision != e.revision:
		return registry.ConflictChanged
	}
	return ""
}

// check finds faults in what the file shall hold, and completes the records that are new to it.
func (d *draft) check() error {
	r := d.intended()
	_, findings := registry.CheckAll(r)
	if len(findings.Faults) > 0 {
		return &registry.FaultsError{Where: registry.TheChange, Faults: findings.Faults}
	}
	complete(d.organizations, r.Organizations)
	complete(d.tokens, r.Tokens)
	return nil
}

// intended returns copies of what shall be.
func (d *draft) intended() *registry.Records {
	r := &registry.Records{}
	for _, e := range remaining(d.organizations) {
		r.Organizations = append(r.Organizations, *e.is.(*token.Organization))
	}
	for _, e := range remaining(d.tokens) {
		r.Tokens = append(r.Tokens, *e.is.(*token.Token))
	}
	return r
}

// changed returns the records that differ, as they were and as they shall be.
func (d *draft) changed() (was, is *registry.Contents) {
	was, is = &registry.Contents{}, &registry.Contents{}
	for _, list := range d.lists() {
		for _, e := range list {
			if e.is != e.was {
				addTo(was, e.was)
				addTo(is, e.is)
			}
		}
	}
	return was, is
}

func addTo(c *registry.Contents, r record) {
	switch r := r.(type) {
	case *token.Token:
		c.Tokens = append(c.Tokens, registry.Token{Token: r})
	case *token.Organization:
		c.Organizations = append(c.Organizations, registry.Organization{Organization: r})
	}
}

// remaining returns the entries that shall be there.
func remaining(list []entry) []entry {
	return slices.DeleteFunc(slices.Clone(list), func(e entry) bool { return e.is == nil })
}

func complete[R any](list []entry, checked []R) {
	i := 0
	for j := range list {
		e := &list[j]
		if e.is == nil {
			continue
		}
		if e.is != e.was {
			e.is = &checked[i]
		}
		i++
	}
}

// describes tells whether a file with this content holds what it shall, no more and no less.
func (d *draft) describes(content []byte) bool {
	contents, faults := Parse(content)
	if len(faults) > 0 {
		return false
	}
	var found []record
	for _, o := range contents.Organizations {
		found = append(found, o.Organization)
	}
	for _, t := range contents.Tokens {
		found = append(found, t.Token)
	}
	wanted := slices.Concat(remaining(d.organizations), remaining(d.tokens))
	return slices.EqualFunc(found, wanted, func(r record, e entry) bool { return meaning(r) == meaning(e.is) })
}

// meaning is the same for records that say the same: times in any zone.
func meaning(r record) string {
	if t, ok := r.(*token.Token); ok {
		r = inUTC(t)
	}
	text, err := json.Marshal(r)
	if err != nil {
		return "" // a year that no file can hold
	}
	return string(text)
}

func inUTC(t *token.Token) *token.Token {
	c := *t
	c.CreatedAt, c.ExpiresAt = utc(c.CreatedAt), utc(c.ExpiresAt)
	c.Secrets = slices.Clone(c.Secrets)
	for i := range c.Secrets {
		s := &c.Secrets[i]
		s.CreatedAt, s.ExpiresAt = utc(s.CreatedAt), utc(s.ExpiresAt)
	}
	return &c
}

// utc leaves an absent time absent.
func utc(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC()
}
