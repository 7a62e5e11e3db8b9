// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// Exhaustion says that not even one more span fits under a limit. The zero value says that one does, or that nobody
// knows.
type Exhaustion struct {
	Scope window.Scope
	Limit window.Limit

	// Until is when it ends at the latest: whoever would be refused for it is heard again from then on.
	Until time.Time

	// Retry is when one span fits if nothing else is admitted: Until, or later where that must be looked at again before.
	Retry time.Time
}

// at reports whether the exhaustion lasts at a moment.
func (e *Exhaustion) at(now time.Time) bool {
	return e != nil && now.Before(e.Until)
}

// with returns what a sender is told for whom this one and another apply: the first of the scopes, and the later moment.
func (e *Exhaustion) with(other *Exhaustion) Exhaustion {
	both := *e
	if other.Until.After(both.Until) {
		both.Until = other.Until
	}
	if other.Retry.After(both.Retry) {
		both.Retry = other.Retry
	}
	return both
}
