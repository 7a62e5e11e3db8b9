// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package window

import "time"

// Outcome is what became of a batch.
type Outcome uint8

// The outcomes. Where several refusals apply, ZeroLimit goes before TooLarge and TooLarge before OverLimit, so that a
// client that need not try again is told so at once.
const (
	Admitted  Outcome = iota // fits, and is charged to the token and the organization
	OverLimit                // fits after Decision.RetryAfter
	TooLarge                 // is larger than a limit: can never pass
	ZeroLimit                // meets a limit of zero
	Unknown                  // could not be decided: what keeps the windows can't be reached
)

// Decision is the answer to a batch.
type Decision struct {
	Outcome Outcome

	// Scope is the scope that refused, the token if it and the organization did, and None if the batch was admitted. Limit
	// is its limit.
	Scope Scope
	Limit Limit

	// RetryAfter is set for OverLimit: the exact time until the batch fits in both scopes if nothing else is admitted
	// meanwhile. One nanosecond earlier it does not fit. Of a refusal by the client's limit it is that limit's alone: the
	// others have not been asked.
	RetryAfter time.Duration
}
