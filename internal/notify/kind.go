// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package notify

// Kind is what has happened. Its text is what configurations and webhooks say.
type Kind string

// The kinds.
const (
	Deleted        Kind = "deleted"
	Rotated        Kind = "rotated"
	Expiring       Kind = "expiring"
	LimitReached   Kind = "limit_reached"
	HeavilyRefused Kind = "heavily_refused"
)

// Kinds returns all of them.
func Kinds() []Kind {
	return []Kind{Deleted, Rotated, Expiring, LimitReached, HeavilyRefused}
}
