// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package lookout

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify/outbox"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

const (
	page = 100 // entries read at once

	// Where nobody has read the history before, what was done up to a minute ago is told: clocks differ.
	lookBack = time.Minute

	// Nobody wants to hear what was done longer ago than a weekend while all collectors were down.
	tooOld = 72 * time.Hour
)

// history reads what was done to the registry. It belongs to one goroutine.
type history struct {
	Options

	began time.Time
	at    audit.ID // where the outbox was last known to be; 0: not known
}

func newHistory(o Options) *history {
	return &history{Options: o, began: o.Now()}
}

// read tells of what was done since it was last read, by whatever collector.
func (h *history) read(ctx context.Context) error {
	for {
		more, err := h.readPage(ctx)
		if err != nil || !more {
			return err
		}
	}
}

func (h *history) readPage(ctx context.Context) (more bool, err error) {
	if h.at.IsZero() {
		if err := h.find(ctx); err != nil {
			return false, err
		}
	}
	entries, err := h.Registry.Audit(ctx, audit.Query{After: h.at, OldestFirst: true, Limit: page})
	if err != nil || len(entries) == 0 {
		return false, err
	}
	oldest := audit.ID{Millis: uint64(max(0, h.Now().Add(-tooOld).UnixMilli()))}
	begin, _ := slices.BinarySearchFunc(entries, oldest, func(e audit.Entry, id audit.ID) int { return e.ID.Compare(id) })
	put, lost, err := h.deliveries(ctx, entries[begin:])
	if err != nil {
		return false, err
	}
	for range h.wanted(entries[:begin]) {
		lost = append(lost, h.lost(errTooOld)...)
	}
	return true, h.advance(ctx, entries[len(entries)-1].ID, put, lost)
}

// wanted are the events of entries that people are to be told.
func (h *history) wanted(entries []audit.Entry) []notify.Event {
	return slices.DeleteFunc(eventsOf(entries), func(e notify.Event) bool { return !slices.Contains(h.Kinds, e.Kind) })
}

// find asks how far the history has been read. If it never was, that begins now.
func (h *history) find(ctx context.Context) error {
	at, err := h.Outbox.Position(ctx)
	if err != nil || !at.IsZero() {
		h.at = at
		return err
	}
	return h.advance(ctx, audit.ID{Millis: uint64(max(1, h.began.Add(-lookBack).UnixMilli()))}, nil, nil)
}

// advance moves on. Where somebody else has done so, nothing was put in, and the position must be asked for again.
func (h *history) advance(ctx context.Context, to audit.ID, put []outbox.Delivery, lost []loss) error {
	r, err := h.Outbox.Advance(ctx, h.at, to, put...)
	if err != nil {
		return err
	}
	h.at = audit.ID{}
	if r.Done {
		h.at = to
	}
	h.count(r, lost)
	return nil
}

// deliveries are what people are to be told of entries, and what is lost of that.
func (h *history) deliveries(ctx context.Context, entries []audit.Entry) ([]outbox.Delivery, []loss, error) {
	known := map[string]*token.Organization{}
	var all []outbox.Delivery
	var lost []loss
	for _, e := range h.wanted(entries) {
		o, err := h.complete(ctx, &e, known)
		if err != nil {
			return nil, nil, err
		}
		put, missed := h.Options.deliveries(e, o)
		all, lost = append(all, put...), append(lost, missed...)
	}
	return all, lost, nil
}

// complete adds the names that an entry doesn't tell, and returns the organization. It asks the store: what is being
// served may be a moment older than the history.
func (h *history) complete(
	ctx context.Context, e *notify.Event, known map[string]*token.Organization,
) (*token.Organization, error) {
	for i := range e.Tokens {
		t := &e.Tokens[i]
		if e.Kind == notify.Deleted || t.Name != "" {
			continue
		}
		record, err := h.Registry.Token(ctx, t.ID)
		if isAway(err) {
			return nil, err
		}
		if err == nil {
			t.Name = record.Name
		}
	}
	id := e.Organization.ID
	if _, asked := known[id]; !asked {
		o, err := h.organization(ctx, id)
		if err != nil {
			return nil, err
		}
		known[id] = o
	}
	o := known[id]
	if o != nil {
		e.Organization.Name = o.Name
	}
	return o, nil
}

// organization returns nil for one of which nobody knows any more who is in it.
func (h *history) organization(ctx context.Context, id string) (*token.Organization, error) {
	o, err := h.Registry.Organization(ctx, id)
	switch {
	case err == nil:
		return o.Organization, nil
	case isAway(err):
		return nil, err
	case !isNotFound(err): // a broken record holds nobody up, as long as it is known how it was before
		if before := h.served(id); before != nil {
			return before, nil
		}
		return nil, err
	}
	last, err := h.Registry.Audit(ctx, audit.Query{Organization: id})
	if err != nil {
		return nil, fmt.Errorf("who was in organization %s: %w", id, err)
	}
	for _, e := range last {
		if e.Kind == audit.KindOrganization && (e.Action == audit.Deleted || e.Counts != nil && e.Before != nil) {
			return organizationBefore(&e), nil
		}
	}
	return nil, nil
}

func (h *history) served(id string) *token.Organization {
	var found *token.Organization
	h.Served(func(_ *token.Token, o *token.Organization) {
		if o.ID == id {
			found = o
		}
	})
	return found
}

func isNotFound(err error) bool {
	var gone *registry.NotFoundError
	return errors.As(err, &gone)
}

// isAway tells of a registry that may answer when it is asked again.
func isAway(err error) bool {
	return errors.Is(err, registry.ErrUnavailable) || errors.Is(err, context.Canceled) ||
		errors.As(err, new(*registry.LostError))
}
