// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package outbox

import (
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify"
)

// Channel is a way to tell people.
type Channel string

// The channels.
const (
	SMTP    Channel = "smtp"
	Webhook Channel = "webhook"
)

// Channels returns all of them.
func Channels() []Channel {
	return []Channel{SMTP, Webhook}
}

// Delivery is an event on its way to one recipient.
type Delivery struct {
	Channel   Channel      `json:"channel"`
	Recipient string       `json:"recipient,omitempty"` // an e-mail address
	Event     notify.Event `json:"event"`
	Since     time.Time    `json:"since"`              // when it was put in
	Attempts  int          `json:"attempts,omitempty"` // that have failed
}

// Key tells it from all others: the same event for the same recipient is there once.
func (d *Delivery) Key() string {
	return d.Event.ID + " " + d.Recipient
}
