// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"bytes"
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

// values are those of a field before and after, "" where there was none.
type values struct{ Was, Is string }

// difference writes what became of a field. Of a list there is but what is gone and what is new.
func difference(before, after json.RawMessage) values {
	var gone, added []json.RawMessage
	if json.Unmarshal(before, &gone) == nil && json.Unmarshal(after, &added) == nil && len(gone) > 0 && len(added) > 0 {
		was, is := without(gone, added), without(added, gone)
		if len(was)+len(is) > 0 { // else only their order is another
			return values{written(was), written(is)}
		}
	}
	var v values
	if len(before) > 0 {
		v.Was = field(before)
	}
	if len(after) > 0 {
		v.Is = field(after)
	}
	return v
}

// without returns the entries of a list that another one doesn't have.
func without(list, others []json.RawMessage) []json.RawMessage {
	return slices.DeleteFunc(slices.Clone(list), func(entry json.RawMessage) bool {
		return slices.ContainsFunc(others, func(other json.RawMessage) bool { return bytes.Equal(entry, other) })
	})
}

func written(list []json.RawMessage) string {
	if len(list) == 0 {
		return ""
	}
	return items(list)
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
