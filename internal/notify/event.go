// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
)

// Event is something that people should know. Its JSON is public: webhooks have it as their data.
type Event struct {
	// ID is the same however often an event is told. It has no dot: the signature of webhooks sets it apart with one.
	ID string `json:"id"`

	Kind Kind      `json:"kind"`
	At   time.Time `json:"at"`

	// By and From are who did it, and from where: of what was deleted and rotated.
	By   string `json:"by,omitempty"`
	From string `json:"from,omitempty"`

	Organization Subject `json:"organization,omitzero"` // none: of several, or it is not known whose

	// Tokens are those that it happened to. None: the organization itself, or more tokens than are told one by one.
	Tokens []Subject `json:"tokens,omitempty"`

	Records int `json:"records,omitempty"` // deleted at once, where these are too many to tell of each
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

// Title is how people call it, on one line.
func (s Subject) Title() string {
	if s.Name == "" {
		return line(s.ID)
	}
	return line(s.Name)
}

// IDOf returns the ID of the event that a claim stands for, such as "expiring/shop-web/2026-11-26".
func IDOf(kind Kind, claim string) string {
	sum := sha256.Sum256([]byte(claim))
	return strings.ReplaceAll(string(kind), "_", "-") + "-" + hex.EncodeToString(sum[:12])
}
