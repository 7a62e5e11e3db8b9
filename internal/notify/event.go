// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package notify

import "time"

// Event is something that people should know. Its JSON is public: webhooks have it as their data.
type Event struct {
	// ID is the same however often an event is told. It has no dot: the signature of webhooks sets it apart with one.
	ID string `json:"id"`

	Kind Kind      `json:"kind"`
	At   time.Time `json:"at"`

	// By and From are who did it, and from where: of what was deleted and rotated.
	By   string `json:"by,omitempty"`
	From string `json:"from,omitempty"`

	Organization Subject `json:"organization"`

	// Tokens are those that it happened to, and More is how many there are besides, where these are too many to tell of
	// each. None at all: it happened to the organization itself.
	Tokens []Subject `json:"tokens,omitempty"`
	More   int       `json:"more,omitempty"`
}

// Subject is a token, or an organization, and what is to be said of it. Only what belongs to the kind of the event is set.
type Subject struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`

	// ExpiresAt is when nothing of a token works any more, or, where it was rotated, when its older secrets end: zero if
	// they have ended. LastSecret says that it is for want of secrets that it ends.
	ExpiresAt  time.Time `json:"expires_at,omitzero"`
	LastSecret bool      `json:"last_secret,omitempty"`

	// SpansPerMinute is the limit that was reached, or that most was refused for, if there is one.
	SpansPerMinute int64 `json:"spans_per_minute,omitempty"`

	Offered int64 `json:"spans_offered,omitempty"` // today (UTC), or in the last ten minutes
	Refused int64 `json:"spans_refused,omitempty"` // of these
}

// OfTokens tells whether it happened to tokens, rather than to the organization.
func (e *Event) OfTokens() bool {
	return len(e.Tokens)+e.More > 0
}

// Title is how people call it, on one line.
func (s Subject) Title() string {
	if s.Name == "" {
		return line(s.ID)
	}
	return line(s.Name)
}
