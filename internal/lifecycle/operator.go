// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package lifecycle

import (
	"cmp"
	"context"
	"crypto/rand"
	"io"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// Operator is somebody who works on a store.
type Operator struct {
	store   registry.Store
	options Options
}

// Options say who works, and with what. What is absent is that of this process.
type Options struct {
	By     string           // who, as the audit and created_by of what is created say it
	From   string           // where from, as the audit says it: an address, or the name of a host
	Now    func() time.Time // default time.Now
	Random io.Reader        // for ids and secrets; default crypto/rand.Reader
}

// New returns an Operator.
func New(store registry.Store, options Options) *Operator {
	if options.Now == nil {
		options.Now = time.Now
	}
	options.Random = cmp.Or(options.Random, rand.Reader)
	return &Operator{store: store, options: options}
}

// Target names a record, and the version of it that the operator has seen: 0 if any will do.
type Target struct {
	ID       string
	Revision registry.Revision
}

// In returns the time in that long, as records hold times: in UTC, to the second.
func (o *Operator) In(d time.Duration) time.Time {
	return o.now().Add(d).UTC().Truncate(time.Second)
}

// act is what the operator does now.
func (o *Operator) act() audit.Act {
	return audit.Act{At: o.options.Now(), By: o.options.By, From: o.options.From}
}

func (o *Operator) now() time.Time {
	return o.options.Now().UTC().Truncate(time.Second)
}

func (o *Operator) token(ctx context.Context, target Target) (registry.Token, error) {
	t, err := o.store.Token(ctx, target.ID)
	if err != nil {
		return t, err
	}
	return t, target.check("token", t.Revision)
}

func (o *Operator) organization(ctx context.Context, target Target) (registry.Organization, error) {
	found, err := o.store.Organization(ctx, target.ID)
	if err != nil {
		return found, err
	}
	return found, target.check("organization", found.Revision)
}

func (t Target) check(kind string, present registry.Revision) error {
	if t.Revision == 0 || t.Revision == present {
		return nil
	}
	return &registry.ConflictError{Kind: kind, ID: t.ID, Problem: registry.ConflictChanged}
}
