// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// Registry is what a store holds, ready for look-ups. Use New, Start and Close.
type Registry struct {
	source  Source
	index   index
	now     func() time.Time
	changed func(error)

	began     time.Time // when Start was called
	started   atomic.Bool
	failing   atomic.Bool
	confirmed atomic.Pointer[time.Time] // when what is served was last known to be what the store holds
	warnings  atomic.Pointer[[]Fault]
}

var _ Follower = (*Registry)(nil)

// New returns the registry that follows a source. Until Start it knows no token.
func New(source Source) *Registry {
	r := &Registry{source: source, now: time.Now, changed: func(error) {}}
	r.index.load(&Contents{})
	return r
}

// Start loads the records and goes on following them until Close. Its errors are those of Source.Start. changed is
// called whenever the state changes: with nil after other contents are served or a lost store is back, with an error
// when what is served may not be what the store holds. Changes of single records are no news.
func (r *Registry) Start(ctx context.Context, changed func(error)) error {
	if changed != nil {
		r.changed = changed
	}
	r.began = r.now()
	err := r.source.Start(ctx, r)
	r.started.Store(err == nil)
	return err
}

// Close stops following. What is known goes on being served. It may come without Start, and twice.
func (r *Registry) Close() {
	r.source.Close()
}

// Lookup returns what the secret with this digest stands for. It does no I/O and takes no lock.
func (r *Registry) Lookup(d token.Digest) (*Grant, bool) {
	return r.index.lookup(d)
}

// Len returns the number of tokens being served.
func (r *Registry) Len() int {
	return r.index.len()
}

// Each calls visit with each token being served and its organization, in no order. Don't change them.
func (r *Registry) Each(visit func(*token.Token, *token.Organization)) {
	r.index.each(visit)
}

// Age tells how long ago what is served was last known to be what the store holds: 0 while it is known to be.
func (r *Registry) Age() time.Duration {
	if !r.failing.Load() {
		return 0
	}
	since := r.began
	if confirmed := r.confirmed.Load(); confirmed != nil {
		since = *confirmed
	}
	return r.now().Sub(since)
}

// Stale tells whether what is served has not been known to be current for longer than the bound, or nothing is known
// yet. A bound of 0 is none.
func (r *Registry) Stale(bound time.Duration) bool {
	confirmed := r.confirmed.Load()
	return confirmed == nil || bound > 0 && r.now().Sub(*confirmed) > bound
}

// Warnings returns what may not be meant as it was when all records were last loaded.
func (r *Registry) Warnings() []Fault {
	if warnings := r.warnings.Load(); warnings != nil {
		return *warnings
	}
	return nil
}

// Loaded implements Follower.
func (r *Registry) Loaded(c *Contents) {
	r.index.load(c)
	r.warnings.Store(&c.Warnings)
	r.confirm()
	if r.failing.Swap(false) || r.started.Load() {
		r.changed(nil)
	}
}

// Changed implements Follower.
func (r *Registry) Changed(changes []Change) {
	r.index.change(changes)
}

// Current implements Follower.
func (r *Registry) Current() {
	r.confirm()
	if r.failing.Swap(false) {
		r.changed(nil)
	}
}

// Failed implements Follower.
func (r *Registry) Failed(reason error) {
	r.failing.Store(true)
	r.changed(reason)
}

func (r *Registry) confirm() {
	now := r.now()
	r.confirmed.Store(&now)
}
