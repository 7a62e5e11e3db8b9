// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package notify

// RejectedError is the answer of a receiver who can be reached, and doesn't take this one message. Others may pass.
type RejectedError struct {
	Final bool // asking again is of no use
	Err   error
}

// Error implements error.
func (e *RejectedError) Error() string { return e.Err.Error() }

// Unwrap returns what the receiver said.
func (e *RejectedError) Unwrap() error { return e.Err }
