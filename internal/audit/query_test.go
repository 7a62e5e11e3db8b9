// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
)

func TestID(t *testing.T) {
	ids := []audit.ID{{}, {Number: 1}, {Millis: 9}, {Millis: 10}, {Millis: 10, Number: 9}, {Millis: 10, Number: 10}}
	for i, id := range ids {
		again, err := audit.ParseID(id.String())
		require.NoError(t, err)
		assert.Equal(t, id, again)
		for j, other := range ids {
			assert.Equal(t, cmpInt(i, j), id.Compare(other))
		}
	}
	for _, text := range []string{"", "1", "1-", "-1", "1-2-3", "a-1", "+1-1", "99999999999999999999-0"} {
		_, err := audit.ParseID(text)
		require.Error(t, err, text)
	}
}

func cmpInt(a, b int) int {
	return min(1, max(-1, a-b))
}

func TestNextID(t *testing.T) {
	now := time.UnixMilli(1000)
	for _, tt := range []struct {
		last audit.ID
		at   time.Time
		want audit.ID
	}{
		{audit.ID{}, now, audit.ID{Millis: 1000}},
		{audit.ID{Millis: 999, Number: 5}, now, audit.ID{Millis: 1000}},
		{audit.ID{Millis: 1000}, now, audit.ID{Millis: 1000, Number: 1}},
		{audit.ID{Millis: 2000, Number: 7}, now, audit.ID{Millis: 2000, Number: 8}}, // the clock was set back
		{audit.ID{}, time.Time{}, audit.ID{Number: 1}},
	} {
		assert.Equal(t, tt.want, tt.last.Next(tt.at))
	}
}

// history is of two organizations, an entry a day.
func history() []audit.Entry {
	list := []audit.Entry{
		{Action: audit.Created, Kind: audit.KindOrganization, Record: "acme", Organization: "acme"},
		{Action: audit.Created, Kind: audit.KindOrganization, Record: "bell", Organization: "bell"},
		{Action: audit.Created, Kind: audit.KindToken, Record: "acme", Organization: "acme"},
		{Action: audit.Changed, Kind: audit.KindRegistry},
		{
			Action: audit.Changed, Kind: audit.KindToken, Record: "acme", Organization: "bell",
			Before: audit.Fields{"organization": []byte(`"acme"`)},
		},
		{Action: audit.Deleted, Kind: audit.KindToken, Record: "acme", Organization: "bell"},
	}
	for i := range list {
		list[i].At, list[i].ID = date(i+1), audit.ID{Millis: uint64(i + 1)}
	}
	return list
}

func TestSelect(t *testing.T) {
	id := func(n uint64) audit.ID { return audit.ID{Millis: n} }
	for name, tt := range map[string]struct {
		q    audit.Query
		want []uint64
	}{
		"all":           {audit.Query{}, []uint64{6, 5, 4, 3, 2, 1}},
		"the last":      {audit.Query{Limit: 2}, []uint64{6, 5}},
		"the first":     {audit.Query{Limit: 2, OldestFirst: true}, []uint64{1, 2}},
		"after":         {audit.Query{After: id(4), OldestFirst: true}, []uint64{5, 6}},
		"before":        {audit.Query{Before: id(3)}, []uint64{2, 1}},
		"between":       {audit.Query{After: id(1), Before: id(4)}, []uint64{3, 2}},
		"since":         {audit.Query{Since: date(5)}, []uint64{6, 5}},
		"of one":        {audit.Query{Organization: "acme"}, []uint64{5, 3, 1}},
		"of the other":  {audit.Query{Organization: "bell"}, []uint64{6, 5, 2}},
		"of a token":    {audit.Query{Token: "acme"}, []uint64{6, 5, 3}},
		"of both":       {audit.Query{Token: "acme", Organization: "acme"}, []uint64{5, 3}},
		"of nobody":     {audit.Query{Organization: "nobody"}, []uint64{}},
		"and so on":     {audit.Query{After: id(6)}, []uint64{}},
		"no such token": {audit.Query{Token: "bell"}, []uint64{}},
	} {
		t.Run(name, func(t *testing.T) {
			got := []uint64{}
			for _, e := range tt.q.Select(history()) {
				got = append(got, e.ID.Millis)
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestKept(t *testing.T) {
	var all []audit.Entry
	add := func(n int, e audit.Entry) {
		for range n {
			e.ID = audit.ID{Millis: uint64(len(all) + 1)}
			all = append(all, e)
		}
	}
	of := func(id string) audit.Entry { return audit.Entry{Kind: audit.KindToken, Organization: id, At: date(1)} }
	end := func(id string) audit.Entry {
		return audit.Entry{Kind: audit.KindOrganization, Action: audit.Deleted, Organization: id, At: date(1)}
	}
	add(5, of("quiet"))
	add(3, audit.Entry{Kind: audit.KindRegistry, At: date(1)})
	add(3, of("gone"))
	add(1, end("gone"))
	add(3, of("back"))
	add(1, end("back"))
	add(1, of("back"))
	add(audit.KeptOfEach+1, of("busy"))
	count := func(now time.Time) map[string]int {
		kept := map[string]int{}
		for _, e := range audit.Kept(all, now) {
			kept[e.Organization]++
		}
		return kept
	}
	assert.Equal(t, map[string]int{"quiet": 5, "": 3, "gone": 4, "back": 5, "busy": audit.KeptOfEach},
		count(date(1).Add(audit.KeptAfterEnd)))
	assert.Equal(t, map[string]int{"quiet": 5, "": 3, "back": 5, "busy": audit.KeptOfEach},
		count(date(1).Add(audit.KeptAfterEnd+time.Second)))
	kept := audit.Kept(all, date(1))
	assert.Negative(t, kept[0].ID.Compare(kept[1].ID), "in their order")
	assert.Equal(t, all[len(all)-1], kept[len(kept)-1], "the newest are kept")
}
