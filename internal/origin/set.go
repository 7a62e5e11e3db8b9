// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package origin

import (
	"slices"
	"strings"
)

// Set is an immutable list of patterns made for fast matching. The zero value matches nothing. There are many sets and
// few patterns in each, so they are sorted lists: a map takes half a kilobyte before it holds anything.
type Set struct {
	length    int
	full      []Pattern  // by canonical origin, "null" and "*" among them
	sites     []Pattern  // those with ":*", by what stands in front of it
	wildcards []wildcard // by the labels to the right of the last wildcard
}

// NewSet makes a set of patterns, any of which admits what it matches.
func NewSet(patterns []Pattern) Set {
	s := Set{length: len(patterns)}
	for _, p := range patterns {
		switch {
		case strings.Contains(p.host, oneLabel):
			s.wildcards = append(s.wildcards, newWildcard(p))
		case p.port == anyPort:
			s.sites = append(s.sites, p)
		default:
			s.full = append(s.full, p)
		}
	}
	slices.SortStableFunc(s.full, func(a, b Pattern) int { return strings.Compare(a.text, b.text) })
	slices.SortStableFunc(s.sites, func(a, b Pattern) int { return strings.Compare(a.site(), b.site()) })
	slices.SortStableFunc(s.wildcards, func(a, b wildcard) int { return strings.Compare(a.anchor, b.anchor) })
	return s
}

// Len returns the number of patterns the set was made of.
func (s Set) Len() int {
	return s.length
}

// Match reports whether a pattern of the set matches o. It does not allocate.
func (s Set) Match(o Origin) bool {
	_, ok := s.MatchPattern(o)
	return ok
}

// MatchPattern returns the pattern that admits o, the most specific kind first: the origin in full, any port, wildcards
// from the longest literal end to the shortest, "*". It reports false if there is none. It does not allocate.
func (s Set) MatchPattern(o Origin) (Pattern, bool) {
	if o.text == "" {
		return Pattern{}, false
	}
	if p, ok := search(s.full, o.text, Pattern.String); ok {
		return p, true
	}
	if p, ok := s.matchTuple(o); ok {
		return p, true
	}
	return search(s.full, "*", Pattern.String)
}

func search(sorted []Pattern, key string, keyOf func(Pattern) string) (Pattern, bool) {
	i, ok := slices.BinarySearchFunc(sorted, key, func(p Pattern, key string) int { return strings.Compare(keyOf(p), key) })
	if !ok {
		return Pattern{}, false
	}
	return sorted[i], true
}

// matchTuple tries the patterns with wildcards, none of which covers "null".
func (s Set) matchTuple(o Origin) (Pattern, bool) {
	if o.text == null {
		return Pattern{}, false
	}
	if p, ok := search(s.sites, o.site(), Pattern.site); ok {
		return p, true
	}
	return s.matchWildcards(o)
}

// matchWildcards looks up each end of the host, so that the cost grows with its labels and not with the list.
func (s Set) matchWildcards(o Origin) (Pattern, bool) {
	if len(s.wildcards) == 0 {
		return Pattern{}, false
	}
	labels := strings.Count(o.host, ".") + 1
	_, end, more := strings.Cut(o.host, ".")
	for more {
		if p, ok := s.find(end, o, labels); ok {
			return p, true
		}
		_, end, more = strings.Cut(end, ".")
	}
	return Pattern{}, false
}

// find tries the wildcards in front of one anchor, in the order of the list.
func (s Set) find(anchor string, o Origin, labels int) (Pattern, bool) {
	i, _ := slices.BinarySearchFunc(s.wildcards, anchor, func(w wildcard, anchor string) int {
		return strings.Compare(w.anchor, anchor)
	})
	for ; i < len(s.wildcards) && s.wildcards[i].anchor == anchor; i++ {
		if w := &s.wildcards[i]; w.matches(o, labels) {
			return w.Pattern, true
		}
	}
	return Pattern{}, false
}
