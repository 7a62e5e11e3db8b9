// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package origin

import "strings"

// Set is an immutable list of patterns made for fast matching. The zero value matches nothing.
type Set struct {
	length    int
	full      map[string]Pattern    // by canonical origin, "null" and "*" among them
	sites     map[string]Pattern    // those with ":*", by what stands in front of it
	wildcards map[string][]wildcard // by the labels to the right of the last wildcard
}

// NewSet makes a set of patterns, any of which admits what it matches.
func NewSet(patterns []Pattern) Set {
	s := Set{
		length:    len(patterns),
		full:      make(map[string]Pattern),
		sites:     make(map[string]Pattern),
		wildcards: make(map[string][]wildcard),
	}
	for _, p := range patterns {
		s.add(p)
	}
	return s
}

func (s *Set) add(p Pattern) {
	switch {
	case strings.Contains(p.host, oneLabel):
		anchor := anchorOf(p.host)
		s.wildcards[anchor] = append(s.wildcards[anchor], newWildcard(p))
	case p.port == anyPort:
		s.sites[serialize(p.scheme, p.host, "")] = p
	default:
		s.full[p.text] = p
	}
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
	if p, ok := s.full[o.text]; ok {
		return p, true
	}
	if p, ok := s.matchTuple(o); ok {
		return p, true
	}
	p, ok := s.full["*"]
	return p, ok
}

// matchTuple tries the patterns with wildcards, none of which covers "null".
func (s Set) matchTuple(o Origin) (Pattern, bool) {
	if o.text == null {
		return Pattern{}, false
	}
	if p, ok := s.sites[o.site()]; ok {
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
		if p, ok := find(s.wildcards[end], o, labels); ok {
			return p, true
		}
		_, end, more = strings.Cut(end, ".")
	}
	return Pattern{}, false
}

func find(wildcards []wildcard, o Origin, labels int) (Pattern, bool) {
	for i := range wildcards {
		if w := &wildcards[i]; w.matches(o, labels) {
			return w.Pattern, true
		}
	}
	return Pattern{}, false
}
