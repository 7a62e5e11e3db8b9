// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"context"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
)

// Store is where records live and people change them.
type Store interface {
	// Contents returns all records, checked and in the order of their ids. Records that can't be served are the error,
	// a *FaultsError, and so are ones that are missing, a *LostError.
	Contents(ctx context.Context) (*Contents, error)

	// Token and Organization return one record; the error of one that isn't there is a *NotFoundError.
	Token(ctx context.Context, id string) (Token, error)
	Organization(ctx context.Context, id string) (Organization, error)

	// Write makes all changes or none, and says in the audit who has made them, in one act. Each must name the revision
	// that it replaces; if that is not the one in the store any more, the error is a *ConflictError, and the other's change
	// stays. Changes that would leave records that can't be served are a *FaultsError. When it returns nil, the changes are
	// as durable as the store makes them.
	Write(ctx context.Context, act audit.Act, changes ...Change) error

	// Replace puts these records in the place of all that are there, whatever happened to the store, and says so in the
	// audit. Collectors that have refused to follow the store, since it had lost writes, follow it again.
	Replace(ctx context.Context, act audit.Act, c *Contents) error

	// Audit returns what was done to the store. Who does much to one organization doesn't push out what was done to others.
	audit.Log

	// Source follows the store.
	Source() Source

	// String says where the store is, without secrets.
	String() string

	// Close ends connections.
	Close() error
}

// Source tells a follower what a store holds.
type Source interface {
	// Start tells the follower all records, if they can be had at once, and then each change until Close. It returns an
	// error only where waiting would not help, such as a file with faults. Calls of the follower come one after the other,
	// after the start from a goroutine of the source.
	Start(ctx context.Context, f Follower) error

	// Close stops, and waits until no call of the follower is under way. It may come without Start, and twice.
	Close()
}

// Follower is told what a store holds.
type Follower interface {
	// Loaded gives all records anew. They have been checked.
	Loaded(c *Contents)

	// Changed gives records that were changed since, in the order of the writes. They have been checked.
	Changed(changes []Change)

	// Current says that what was told is what the store holds now. It is called again and again.
	Current()

	// Failed says why this is not known any more, or why a new version can't be told: once for each reason.
	Failed(reason error)
}
