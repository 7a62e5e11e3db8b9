// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package lookout

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// sitting is for how long what somebody does again and again is told as one: a script may delete thousands one by one.
const sitting = time.Minute

// eventsOf returns what people should know of entries in their order: one event for what somebody did to several tokens of
// an organization.
func eventsOf(entries []audit.Entry) []notify.Event {
	var events []notify.Event
	for _, entry := range entries {
		e, ok := eventOf(&entry)
		if !ok {
			continue
		}
		if n := len(events); n > 0 && continues(&e, &events[n-1]) {
			events[n-1].Tokens = append(events[n-1].Tokens, e.Tokens...)
			continue
		}
		events = append(events, e)
	}
	return events
}

func continues(e, last *notify.Event) bool {
	return e.Kind == last.Kind && e.At.Sub(last.At) < sitting && e.By == last.By && e.From == last.From &&
		e.Organization.ID == last.Organization.ID && e.More == 0 && last.More == 0 &&
		!slices.ContainsFunc(last.Tokens, func(t notify.Subject) bool { return t.ID == e.Tokens[0].ID })
}

func eventOf(entry *audit.Entry) (notify.Event, bool) {
	e := notify.Event{
		ID: "audit-" + entry.ID.String(), At: entry.At, By: entry.By, From: entry.From,
		Organization: notify.Subject{ID: entry.Organization},
	}
	switch {
	case entry.Kind == audit.KindToken && entry.Action == audit.Deleted:
		e.Kind = notify.Deleted
		e.Tokens = []notify.Subject{{ID: entry.Record, Name: textOf(entry.Before, "name")}}
	case entry.Kind == audit.KindToken && entry.Action == audit.Rotated:
		e.Kind = notify.Rotated
		e.Tokens = []notify.Subject{{
			ID: entry.Record, Name: textOf(entry.After, "name"), ExpiresAt: olderSecretsEnd(entry.After),
		}}
	case entry.Kind == audit.KindOrganization && entry.Counts != nil: // too many to tell of each
		e.Kind = notify.Deleted
		e.More = entry.Counts.Deleted
		if entry.Before != nil { // the organization itself is one of them
			e.More--
		}
		return e, e.More > 0
	default:
		return e, false
	}
	return e, true
}

func textOf(f audit.Fields, name string) string {
	var text string
	_ = json.Unmarshal(f[name], &text)
	return text
}

// olderSecretsEnd returns when the last of the secrets but the newest ends. Zero: there are no others.
func olderSecretsEnd(after audit.Fields) time.Time {
	var secrets []token.Secret
	if json.Unmarshal(after["secrets"], &secrets) != nil || len(secrets) == 0 {
		return time.Time{}
	}
	slices.SortStableFunc(secrets, func(a, b token.Secret) int { return a.CreatedAt.Compare(b.CreatedAt) })
	var end time.Time
	for _, s := range secrets[:len(secrets)-1] {
		if s.ExpiresAt.After(end) {
			end = s.ExpiresAt
		}
	}
	return end
}

// organizationBefore returns what is known of an organization that was deleted.
func organizationBefore(e *audit.Entry) *token.Organization {
	o := &token.Organization{ID: e.Record, Name: textOf(e.Before, "name")}
	_ = json.Unmarshal(e.Before["members"], &o.Members)
	return o
}
