// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"encoding/json"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify"
)

// payload is what is posted. It is public.
type payload struct {
	Type      string        `json:"type"` // "client_token.deleted"
	Timestamp time.Time     `json:"timestamp"`
	Text      string        `json:"text"` // one line for people
	Link      string        `json:"link,omitempty"`
	Data      *notify.Event `json:"data"`
}

func bodyOf(e *notify.Event, link string) ([]byte, error) {
	subject := "client_token."
	if !e.OfTokens() {
		subject = "organization."
	}
	return json.Marshal(payload{subject + string(e.Kind), e.At, e.Headline(), link, e})
}
