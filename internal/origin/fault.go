// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package origin

import "strconv"

// Fault is one finding in a list of entries. Its texts quote at most the beginning of an entry.
type Fault struct {
	Index   int    // of the entry, from 0; -1 if the list itself is meant
	Problem string // what is wrong
	Fix     string // what to write instead
	Warning bool   // the list works as it is, but may not be what was meant
}

// ParseSet parses the entries of an allowed_origins list and reports everything there is to say about them at once.
// An empty list is a fault, since it could be meant as everything or as nothing. The set holds the entries without a
// fault, so that it never admits more than the list was meant to.
func ParseSet(entries []string) (Set, []Fault) {
	if len(entries) == 0 {
		return Set{}, []Fault{{
			Index: -1, Problem: "the list is empty", Fix: `write ["*"] to allow every origin, or drop the key`,
		}}
	}
	list := list{index: make(map[string]int, len(entries))}
	for i, entry := range entries {
		list.add(i, entry)
	}
	return NewSet(list.patterns), list.faults
}

type list struct {
	patterns []Pattern
	index    map[string]int // of the first entry with this spelling
	faults   []Fault
}

func (l *list) add(i int, entry string) {
	p, bad := parsePattern(entry)
	if bad != nil {
		l.faults = append(l.faults, Fault{Index: i, Problem: excerpt(entry) + ": " + bad.what, Fix: bad.fix})
		return
	}
	if first, seen := l.index[p.text]; seen {
		l.warn(i, excerpt(entry)+" is the same as entry "+strconv.Itoa(first), "remove one of them")
		return
	}
	if p.text == null {
		l.warn(i, `"null" admits any sandboxed iframe on the web`, "remove it unless pages opened from files must send")
	}
	l.index[p.text] = i
	l.patterns = append(l.patterns, p)
}

func (l *list) warn(i int, problem, fix string) {
	l.faults = append(l.faults, Fault{Index: i, Problem: problem, Fix: fix, Warning: true})
}
