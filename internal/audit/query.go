// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"context"
	"slices"
	"time"
)

// Query says which entries are asked for: those to which all of it applies.
type Query struct {
	Organization string    // whose; "": of the whole registry
	Token        string    // about which; "": about anything
	Since        time.Time // not older than this

	After, Before ID // 0: no bound

	// OldestFirst asks for the first ones, and in their order, rather than for the last ones with the newest in front.
	OldestFirst bool

	Limit int // at most so many; 0: all that are kept
}

// Takes tells whether it applies to an entry. Limit is left to the caller.
func (q *Query) Takes(e *Entry) bool {
	switch {
	case q.Organization != "" && !slices.Contains(e.Organizations(), q.Organization),
		q.Token != "" && (e.Kind != KindToken || e.Record != q.Token),
		e.At.Before(q.Since),
		e.ID.Compare(q.After) <= 0,
		!q.Before.IsZero() && e.ID.Compare(q.Before) >= 0:
		return false
	}
	return true
}

// Select returns what is asked for of entries in any order.
func (q *Query) Select(entries []Entry) []Entry {
	found := []Entry{}
	for i := range entries {
		if q.Takes(&entries[i]) {
			found = append(found, entries[i])
		}
	}
	slices.SortStableFunc(found, func(a, b Entry) int {
		if q.OldestFirst {
			return a.ID.Compare(b.ID)
		}
		return b.ID.Compare(a.ID)
	})
	if q.Full(len(found)) {
		found = found[:q.Limit]
	}
	return found
}

// Full tells whether so many entries are enough.
func (q *Query) Full(n int) bool {
	return q.Limit > 0 && n >= q.Limit
}

// Log is where entries can be read.
type Log interface {
	// Audit returns entries of what was done to the registry: what was acknowledged, and not too long ago.
	Audit(ctx context.Context, q Query) ([]Entry, error)
}
