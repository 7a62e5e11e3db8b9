// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package office

import (
	"context"
	"io"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/lifecycle"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// Source is what an office works with. client_token_auth is one.
type Source interface {
	// Registry returns what is being served.
	Registry() *registry.Registry

	// OpenStore returns the store that the registry follows, to be closed by the caller.
	OpenStore(ctx context.Context) (registry.Store, error)

	// Usage returns what is counted, nil if nothing is.
	Usage() usage.Reader
}

// Options are an office's parts. What is absent is that of this process.
type Options struct {
	Registry *registry.Registry
	Store    registry.Store
	Usage    usage.Reader     // nil if nothing is counted
	Now      func() time.Time // default time.Now
	Random   io.Reader        // for ids and secrets; default crypto/rand.Reader
}

// Office does what people ask for, if they may.
type Office struct {
	registry *registry.Registry
	store    registry.Store
	usage    usage.Reader
	options  Options
	now      func() time.Time
}

// New returns an office.
func New(o Options) *Office {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Usage == nil {
		o.Usage = unrecorded{}
	}
	return &Office{registry: o.Registry, store: o.Store, usage: o.Usage, options: o, now: o.Now}
}

// operator works in the name of a person.
func (o *Office) operator(p Person) *lifecycle.Operator {
	return lifecycle.New(o.store, lifecycle.Options{
		By: audit.ByUser(p.User), From: p.From, Now: o.now, Random: o.options.Random,
	})
}

// Target names a record, and the version of it that the person has seen: 0 if any will do.
type Target = lifecycle.Target

// pinned names the version that was looked at before a change was allowed, unless the person has named one.
func pinned(t Target, looked registry.Revision) Target {
	if t.Revision == 0 {
		t.Revision = looked
	}
	return t
}

const (
	arrival = 2 * time.Second      // for how long a change is waited for
	look    = 2 * time.Millisecond // how often
)

// await waits until a change has arrived in memory, so that people see what they did. It is no promise: a change that
// takes longer, or that another one has replaced, is not waited for any more.
func await(ctx context.Context, arrived func() bool) {
	ctx, cancel := context.WithTimeout(ctx, arrival)
	defer cancel()
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	for !arrived() {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// loaded returns an error as long as nothing is known of the registry: then absence means nothing.
func (o *Office) loaded() error {
	if o.registry.Stale(0) {
		return &UnavailableError{registry.ErrUnavailable}
	}
	return nil
}
