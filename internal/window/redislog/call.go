// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redislog

import (
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// What one call may hold, so that it never blocks the server for more than a fraction of a millisecond.
const (
	MaxTokens  = 16
	MaxBatches = 256
)

// Call is what one run of the script does for one organization.
type Call struct {
	Organization string

	// Log is the organization's own log; it is left out if its limit is window.Unlimited.
	Log Log

	// Tokens are at most MaxTokens, each at most once, with MaxBatches batches together.
	Tokens []Token
}

// Log says what a caller knows of a log, and what it owes it.
type Log struct {
	Limit window.Limit

	// Known is the log that the caller's admissions of the past minute are in, or 0 if it has none. If it is another
	// than that in Redis the call changes nothing.
	Known Birth

	// Debts were admitted without Redis and are charged whatever the limit.
	Debts []Debt
}

// Birth tells a log from one that came after it under the same key: the moment of its first charge, in microseconds
// since 1970 of the server's clock. 0 is no log.
type Birth int64

// Debt is a number of spans and how long ago they were admitted.
type Debt struct {
	Age   time.Duration
	Spans int64
}

// Refund is a number of spans that were charged in vain: what is left of a lease, or a batch whose sender didn't wait. It
// must be sent once.
type Refund struct {
	Spans int64

	// Date is what they were charged at, or before, in microseconds since 1970 of the server's clock: Reply.Now of the
	// call, or for a lease that and the lease's length. Once they have left nothing is refunded.
	Date int64
}

// Token is what a call does for one token, or, if the ID is empty, for batches that count for the organization only.
type Token struct {
	ID  string
	Log Log

	// Refund is what was charged in vain.
	Refund Refund

	// Batches are the spans of each batch, none larger than a limit.
	Batches []int64

	// Want is how many spans a lease should have; it is granted only if all batches are admitted, at most a tenth of what
	// remains of each limit, and at least Least.
	Want, Least int64
}

// Reply is the answer to a [Call]. Its slices are reused by the next call into it.
type Reply struct {
	// Now is the server's time, in microseconds since 1970.
	Now int64

	// Lost reports that a log is not the one that the caller knew: nothing was changed or decided. The states tell the
	// logs as they are, so those whose Birth is another than the caller knew are lost; there are no grants and refusers.
	Lost bool

	Log    State
	Tokens []TokenReply
}

// State is a log after a call.
type State struct {
	Total int64
	Birth Birth

	// Steps are the entries of the log, oldest first, if the call was refused something.
	Steps []Step
}

// Step is an entry of a log: so many spans leave After the moment of the call.
type Step struct {
	After time.Duration
	Spans int64
}

// TokenReply is the answer to a [Token].
type TokenReply struct {
	State

	// Grant is the size of the lease, or 0 if there is none.
	Grant int64

	// Refusers has the scope that refused each batch, or window.None if it was admitted. It is empty if a log is lost.
	Refusers []window.Scope
}
