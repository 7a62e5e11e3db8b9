// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package outbox

// Outcome is what became of an attempt, or of a delivery.
type Outcome string

// The outcomes.
const (
	Sent    Outcome = "sent"
	Failed  Outcome = "failed"  // this time: it is tried again
	Dropped Outcome = "dropped" // it was refused for good, or for too long, or there was no room for it
)

// Reporter is told how it goes.
type Reporter interface {
	// Count counts deliveries of a channel. The reason is that of failed and dropped ones.
	Count(c Channel, o Outcome, n int, reason error)

	// State says whether a part works: a channel, or the finding of events. It is called again and again.
	State(part string, err error)
}
