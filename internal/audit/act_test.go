// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
)

var act = audit.Act{
	At: time.Date(2026, 11, 25, 3, 0, 0, 123_456_789, time.FixedZone("JST", 9*3600)), By: "cli:jo", From: "desk",
}

// created are tokens, as many of each organization.
func created(organizations, each int) []audit.Entry {
	var list []audit.Entry
	for o := range organizations {
		for i := range each {
			list = append(list, audit.Entry{
				Action: audit.Created, Kind: audit.KindToken, Record: fmt.Sprint("t", o, "-", i), Organization: fmt.Sprint("o", o),
			})
		}
	}
	return list
}

// lines describes entries: "created token t0-0".
func lines(entries []audit.Entry) []string {
	list := []string{}
	for _, e := range entries {
		line := strings.TrimSpace(fmt.Sprintln(e.Action, e.Kind, e.Record))
		if e.Counts != nil {
			line += fmt.Sprint(" ", *e.Counts)
		}
		list = append(list, line)
	}
	return list
}

func TestEntries(t *testing.T) {
	importing := act
	importing.Import = true
	for _, tt := range []struct {
		name    string
		act     audit.Act
		changes []audit.Entry
		want    []string
	}{
		{"nothing", act, nil, []string{}},
		{"some", act, created(1, 2), []string{"created token t0-0", "created token t0-1"}},
		{"imported", importing, created(2, 1), []string{"imported token t0-0", "imported token t1-0"}},
		{
			"many", act, append(created(2, 60), audit.Entry{Action: audit.Deleted, Organization: "o1"}),
			[]string{"changed organization o0 {60 0 0}", "changed organization o1 {60 0 1}"},
		},
		{"many imported", importing, created(1, audit.MaxEntries+1), []string{"imported organization o0 {101 0 0}"}},
		{"of too many", importing, created(audit.MaxOrganizations+1, 1), []string{"imported registry {1001 0 0}"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.act.Entries(tt.changes)
			assert.Equal(t, tt.want, lines(got))
			for _, e := range got {
				at := e.At.Format(time.RFC3339Nano)
				assert.Equal(t, []string{"2026-11-24T18:00:00.123Z", "cli:jo", "desk"}, []string{at, e.By, e.From})
			}
		})
	}
	assert.Len(t, act.Entries(created(1, audit.MaxEntries)), audit.MaxEntries)
	assert.Len(t, act.Entries(created(audit.MaxOrganizations, 1)), audit.MaxOrganizations)
}

// Who was in an organization that was deleted among many others must be found somewhere.
func TestSummariesTellWhatAnOrganizationWas(t *testing.T) {
	was := audit.Fields{"members": json.RawMessage(`[{"user":"jo","role":"owner"}]`)}
	gone := audit.Entry{Action: audit.Deleted, Kind: audit.KindOrganization, Record: "o1", Organization: "o1", Before: was}
	entries := act.Entries(append(created(2, 60), gone))
	assert.Equal(t, []audit.Fields{nil, was}, []audit.Fields{entries[0].Before, entries[1].Before})
}

func TestWhole(t *testing.T) {
	for _, tt := range []struct {
		name    string
		changes []audit.Entry
		known   bool
		want    []string
	}{
		{"the same", nil, true, []string{"replaced registry {0 0 0}"}},
		{"little", created(1, 1), true, []string{"replaced registry {1 0 0}", "created token t0-0"}},
		{"much", created(2, 60), true, []string{
			"replaced registry {120 0 0}", "replaced organization o0 {60 0 0}", "replaced organization o1 {60 0 0}",
		}},
		{"of many", created(audit.MaxOrganizations+1, 1), true, []string{"replaced registry {1001 0 0}"}},
		{"in the place of nobody knows what", created(2, 1), false, []string{
			"replaced registry", "replaced organization o0", "replaced organization o1",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, lines(act.Whole(tt.changes, tt.known)))
		})
	}
}

// Names come from outside.
func TestNamesAreBounded(t *testing.T) {
	long := audit.Act{By: strings.Repeat("é", 200), From: "\xff" + strings.Repeat("f", 300)}
	e := long.Entries(created(1, 1))[0]
	assert.Equal(t, strings.Repeat("é", 127), e.By)
	assert.Equal(t, "?"+strings.Repeat("f", 253), e.From)
}
