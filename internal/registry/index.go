// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/puzpuzpuz/xsync/v4"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// grants are what secrets stand for, by their digests. Look-ups take no lock, and one secret more or less costs no copy
// of the others.
type grants = xsync.Map[token.Digest, *Grant]

// index finds tokens by the digests of their secrets, while they change.
type index struct {
	grants atomic.Pointer[grants]

	mu     sync.RWMutex // guards what follows
	owners map[string]owner
	tokens map[string]*entry // by id
}

// owner is an organization being served.
type owner struct {
	*identity.Owner
	revision Revision
}

func (x *index) lookup(d token.Digest) (*Grant, bool) {
	return x.grants.Load().Load(d)
}

// load puts other contents in the place of the present ones, at once.
func (x *index) load(c *Contents) {
	known := xsync.NewMap[token.Digest, *Grant](xsync.WithPresize(len(c.Tokens)))
	owners := make(map[string]owner, len(c.Organizations))
	for _, o := range c.Organizations {
		owners[o.ID] = owner{identity.NewOwner(o.Organization), o.Revision}
	}
	tokens := make(map[string]*entry, len(c.Tokens))
	for _, t := range c.Tokens {
		if owner, ok := owners[t.Organization]; ok {
			e := newEntry(t, owner.Owner)
			tokens[t.ID] = e
			e.addTo(known)
		}
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.owners, x.tokens = owners, tokens
	x.grants.Store(known)
}

func (x *index) change(changes []Change) {
	x.mu.Lock()
	defer x.mu.Unlock()
	var gone []*entry // a secret that moves from one token to another is known at every moment
	for _, c := range changes {
		switch {
		case c.Token != nil && c.Deleted:
			gone = append(gone, x.remove(c.Token.ID))
		case c.Token != nil:
			gone = append(gone, x.set(c))
		case c.Deleted:
			delete(x.owners, c.Organization.ID)
		default:
			x.setOwner(c)
		}
	}
	for _, e := range gone {
		e.removeFrom(x.grants.Load())
	}
}

// setOwner changes the organization of its tokens at once, however many they are.
func (x *index) setOwner(c Change) {
	o, known := x.owners[c.ID()]
	if known {
		o.Change(c.Organization)
	} else {
		o.Owner = identity.NewOwner(c.Organization)
	}
	o.revision = c.Revision
	x.owners[c.ID()] = o
}

// set returns what was there before, if anything.
func (x *index) set(c Change) *entry {
	owner, known := x.owners[c.Token.Organization]
	if !known {
		return x.remove(c.Token.ID) // a store doesn't let this happen; if it does, nobody knows the limits
	}
	old := x.tokens[c.Token.ID]
	t, _ := CheckToken(c.Token, c.Revision)
	e := newEntry(t, owner.Owner)
	x.tokens[c.Token.ID] = e
	e.addTo(x.grants.Load())
	return old
}

func (x *index) remove(id string) *entry {
	old := x.tokens[id]
	delete(x.tokens, id)
	return old
}

func (e *entry) addTo(known *grants) {
	for i := range e.grants {
		known.Store(e.grants[i].secret.SHA256, &e.grants[i])
	}
}

// removeFrom leaves a secret that stands for another entry by now.
func (e *entry) removeFrom(known *grants) {
	if e == nil {
		return
	}
	for i := range e.grants {
		known.Compute(e.grants[i].secret.SHA256, func(g *Grant, loaded bool) (*Grant, xsync.ComputeOp) {
			if loaded && g.entry == e {
				return nil, xsync.DeleteOp
			}
			return g, xsync.CancelOp
		})
	}
}

func (x *index) len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.tokens)
}

// each calls visit with the tokens and their organizations, in no order. They may change meanwhile: nobody waits for the
// visits.
func (x *index) each(visit func(*token.Token, *token.Organization)) {
	for _, e := range x.entries() {
		visit(e.Token, e.Holder.Organization())
	}
}

func (x *index) entries() []*entry {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return slices.AppendSeq(make([]*entry, 0, len(x.tokens)), maps.Values(x.tokens))
}
