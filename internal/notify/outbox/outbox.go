// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package outbox

import (
	"context"
	"errors"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
)

// MaxWaiting is how many deliveries of a channel wait at most. What comes on top is dropped.
const MaxWaiting = 10_000

// ErrUnreadable is the error about a delivery that another version has put in: it is taken out.
var ErrUnreadable = errors.New("a notification can't be read")

// Outbox is shared by all collectors that read one registry, where that is possible.
type Outbox interface {
	// Position returns how far the history has been read; 0: not at all.
	Position(ctx context.Context) (audit.ID, error)

	// Advance moves the position from one entry to another and puts in what is to be told of those in between. It does
	// nothing, and reports false, if somebody else has moved it.
	Advance(ctx context.Context, from, to audit.ID, put ...Delivery) (Result, error)

	// Fresh returns those claims that nobody holds, and makes the others last for their time from now on.
	Fresh(ctx context.Context, claims []Claim) ([]Claim, error)

	// Once takes claims and puts in what is to be told. It does nothing, and reports false, if one of them is held.
	Once(ctx context.Context, claims []Claim, put ...Delivery) (Result, error)

	// Next leases the delivery of a channel that has been due for longest: for that time nobody else gets it. It reports
	// false if there is none. Its error may be ErrUnreadable.
	Next(ctx context.Context, channel Channel, lease time.Duration) (Leased, bool, error)

	// Done takes out what was delivered, or never will be.
	Done(ctx context.Context, l Leased) error

	// Later puts a delivery off, and counts the attempt, unless the lease has ended and somebody else has taken it.
	Later(ctx context.Context, l Leased, delay time.Duration) error
}

// Claim stands for an event that is told once while the claim lasts.
type Claim struct {
	Name string
	For  time.Duration
}

// Result is what came of putting deliveries in.
type Result struct {
	Done    bool
	Dropped map[Channel]int // there was no room for these
}

// Leased is a delivery that nobody else works on until the lease ends.
type Leased struct {
	Delivery

	// Until is when the lease ends, in milliseconds since 1970 by the clock of the outbox: a name rather than a time.
	Until int64
}
