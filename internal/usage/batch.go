// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package usage

import (
	"context"
	"time"
)

// Batch is what was counted since the last one, by several meters.
type Batch struct {
	// Time is when it was counted: a moment of the minute that it belongs to.
	Time time.Time

	// Deltas are of tokens and organizations, one of each that something was counted for.
	Deltas []Delta
}

// Delta is what was counted for a subject.
type Delta struct {
	Subject
	Counts

	Used    bool        // a request was let through, or would have been but for a limit; told once a minute
	Secrets []SecretKey // with these secrets
	Origins []Origin    // of requests; their numbers are of this batch
}

// Store keeps what was counted.
type Store interface {
	Reader

	// Add adds a batch. What can't be stored now is kept, within bounds, and stored by a later call; the error is for
	// the log.
	Add(ctx context.Context, b *Batch) error

	// Close stores what is left, and ends. It may come without Add.
	Close(ctx context.Context) error
}
