// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// field writes the value of a record's field, as the audit has it, for people.
func field(value json.RawMessage) string {
	var number int64
	var text string
	var list []json.RawMessage
	switch {
	case len(value) == 0 || string(value) == "null":
		return "none"
	case json.Unmarshal(value, &text) == nil:
		return textOrTime(text)
	case json.Unmarshal(value, &number) == nil:
		return count(number)
	case json.Unmarshal(value, &list) == nil:
		return items(list)
	default:
		return string(value)
	}
}

// told tells whether a field repeats what stands beside it: when, by whom and where it was created, or that it was disabled.
func told(e audit.Entry, field string) bool {
	switch e.Action {
	case audit.Created:
		return slices.Contains([]string{"created_at", "created_by", "organization"}, field)
	case audit.Disabled, audit.Enabled:
		return field == "disabled"
	default:
		return false
	}
}

func textOrTime(text string) string {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return moment(at)
	}
	return text
}

// items writes the entries of a list: secrets, members, or texts.
func items(list []json.RawMessage) string {
	if len(list) == 0 {
		return "none"
	}
	written := make([]string, len(list))
	for i, entry := range list {
		written[i] = item(entry)
	}
	return strings.Join(written, ", ")
}

func item(entry json.RawMessage) string {
	var record struct {
		token.Member

		Hint      string    `json:"hint"`
		ExpiresAt time.Time `json:"expires_at"`
	}
	switch err := json.Unmarshal(entry, &record); {
	case err != nil:
		return field(entry)
	case record.User != "":
		return strings.TrimSpace(record.User + " (" + string(record.Role) + ") " + record.Email)
	case record.ExpiresAt.IsZero():
		return hinted(record.Hint)
	default:
		return hinted(record.Hint) + " until " + day(record.ExpiresAt)
	}
}

func hinted(hint string) string {
	if hint == "" {
		return "one brought along"
	}
	return "…" + hint
}
