// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Act is what somebody does in one write.
type Act struct {
	At       time.Time
	By, From string
	Import   bool // what is created was brought along
}

// An act tells of up to MaxEntries records one by one. If it changes more, it tells of each organization how many; if
// these are more than MaxOrganizations, of the registry.
const (
	MaxEntries       = 100
	MaxOrganizations = 1000

	maxName = 254 // bytes of an author, and of where from: an e-mail address has at most that many
)

// Entries returns what is told of an act that does this to records. They have no ids yet.
func (a Act) Entries(changes []Entry) []Entry {
	list := changes
	if len(changes) > MaxEntries {
		list = a.summaries(changes)
	}
	for i := range list {
		a.sign(&list[i])
	}
	return list
}

// Whole is Entries for an act that puts records in the place of all. Where it is not known what these were, known is
// false, and all that is told is in whose place it was done.
func (a Act) Whole(changes []Entry, known bool) []Entry {
	counts := countsOf(changes)
	list := changes
	if len(changes) > MaxEntries || !known {
		list = a.summaries(changes)
		for i := range list {
			list[i].Action = Replaced
		}
	}
	all := Entry{Action: Replaced, Kind: KindRegistry, Counts: &counts}
	if len(list) == 1 && list[0].Kind == KindRegistry {
		list = nil
	}
	list = append([]Entry{all}, list...)
	for i := range list {
		a.sign(&list[i])
		if !known {
			list[i].Counts = nil
		}
	}
	return list
}

// sign names the author. Names come from outside, so their length is bounded.
func (a Act) sign(e *Entry) {
	e.At, e.By, e.From = a.At.UTC().Truncate(time.Millisecond), short(a.By), short(a.From)
	if a.Import && e.Action == Created {
		e.Action = Imported
	}
}

func short(name string) string {
	name = strings.ToValidUTF8(name, "?")
	for len(name) > maxName {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	return name
}

// summaries returns an entry for each organization, in the order of their ids, or one for the registry.
func (a Act) summaries(changes []Entry) []Entry {
	byOrganization := map[string][]Entry{}
	for _, e := range changes {
		byOrganization[e.Organization] = append(byOrganization[e.Organization], e)
	}
	action := Changed
	if a.Import {
		action = Imported
	}
	if len(byOrganization) > MaxOrganizations {
		counts := countsOf(changes)
		return []Entry{{Action: action, Kind: KindRegistry, Counts: &counts}}
	}
	var list []Entry
	for _, id := range slices.Sorted(maps.Keys(byOrganization)) {
		counts := countsOf(byOrganization[id])
		list = append(list, Entry{
			Action: action, Kind: KindOrganization, Record: id, Organization: id, Counts: &counts,
			Before: lastOf(byOrganization[id]),
		})
	}
	return list
}

// lastOf is how an organization was before it was deleted: who was in it is found nowhere else. Else nil.
func lastOf(changes []Entry) Fields {
	for _, e := range changes {
		if e.Kind == KindOrganization && e.Action == Deleted {
			return e.Before
		}
	}
	return nil
}

func countsOf(changes []Entry) Counts {
	var c Counts
	for _, e := range changes {
		switch e.Action {
		case Created:
			c.Created++
		case Deleted:
			c.Deleted++
		default:
			c.Changed++
		}
	}
	return c
}
