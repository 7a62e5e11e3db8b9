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

// eventsOf returns what people should know of entries in their order: one event for what was done to several tokens of an
// organization in one act.
func eventsOf(entries []audit.Entry) []notify.Event {
	var events []notify.Event
	for _, entry := range entries {
		e, ok := eventOf(&entry)
		if !ok {
			continue
		}
		if n := len(events); n > 0 && sameAct(&events[n-1], &e) {
			events[n-1].Tokens = append(events[n-1].Tokens, e.Tokens...)
			continue
		}
		events = append(events, e)
	}
	return events
}

func sameAct(a, b *notify.Event) bool {
	return a.Kind == b.Kind && a.At.Equal(b.At) && a.By == b.By && a.From == b.From &&
		a.Organization.ID == b.Organization.ID && a.More == 0 && b.More == 0
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
	case entry.Kind == audit.KindOrganization && entry.Counts != nil && entry.Counts.Deleted > 0: // too many to tell of each
		e.Kind = notify.Deleted
		e.More = entry.Counts.Deleted
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
