// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package origin

import (
	"strings"

	"golang.org/x/net/publicsuffix"
)

const (
	oneLabel   = "*"
	manyLabels = "**"
	anyPort    = "*"
)

var (
	appWildcard = &problem{
		"only http and https origins can have wildcards",
		"write every origin of the app in full",
	}
	partWildcard = &problem{
		`"*" stands for a whole label, not for a part of one`,
		`write it between dots, for example "https://*.example.com", or for any port "http://localhost:*"`,
	}
	deepWildcard = &problem{
		`"**" stands in front of the host only`,
		`move it to the front, for example "https://**.example.com", or write "*" for each label`,
	}
	lastWildcard = &problem{
		`"*" can't be the last label of a host`,
		`name the domain, for example "https://*.example.com", or write "*" alone for every origin`,
	}
)

// wildcard is a pattern whose host has a "*" or "**" label, made ready for matching.
type wildcard struct {
	Pattern

	anchor string // what stands to the right of the right-most wildcard
	rest   string // the host without a leading "**."
	labels int    // of the rest
	deep   bool   // "**" was in front
}

func newWildcard(p Pattern) wildcard {
	rest, deep := strings.CutPrefix(p.host, manyLabels+".")
	return wildcard{Pattern: p, anchor: anchorOf(p.host), rest: rest, labels: strings.Count(rest, ".") + 1, deep: deep}
}

// matches compares everything; labels is the number of labels of the origin's host.
func (w *wildcard) matches(o Origin, labels int) bool {
	if w.scheme != o.scheme || w.port != anyPort && w.port != o.port {
		return false
	}
	extra := labels - w.labels
	if w.deep != (extra > 0) || extra < 0 {
		return false
	}
	return w.matchesLabels(o.host, extra)
}

// matchesLabels leaves out the extra labels, which "**" stands for.
func (w *wildcard) matchesLabels(host string, extra int) bool {
	for range extra {
		_, host, _ = strings.Cut(host, ".")
	}
	for rest, more := w.rest, true; more; {
		var want, label string
		want, rest, more = strings.Cut(rest, ".")
		label, host, _ = strings.Cut(host, ".")
		if want != oneLabel && want != label {
			return false
		}
	}
	return true
}

// anchorOf returns what stands to the right of the right-most wildcard.
func anchorOf(host string) string {
	return strings.TrimPrefix(host[strings.LastIndexByte(host, '*')+1:], ".")
}

// checkWildcards checks a lower-case ASCII host with at least one "*" in it.
func checkWildcards(host string) *problem {
	if len(host) > maxHost {
		return longHost
	}
	for i, label := range strings.Split(host, ".") {
		if bad := checkWildcardLabel(label, i == 0); bad != nil {
			return bad
		}
	}
	return checkAnchor(anchorOf(host))
}

func checkWildcardLabel(label string, first bool) *problem {
	switch {
	case label == oneLabel, label == manyLabels && first:
		return nil
	case label == manyLabels:
		return deepWildcard
	case strings.Contains(label, "*"):
		return partWildcard
	}
	return checkLabel(label)
}

// checkAnchor demands a name that somebody owns, not a suffix under which strangers get names. Names in localhost never
// leave the machine (RFC 6761, section 6.3); any other single label is a suffix by publicsuffix.org's default rule.
func checkAnchor(anchor string) *problem {
	switch {
	case anchor == "":
		return lastWildcard
	case endsInNumber(anchor):
		return badIPv4
	case anchor == "localhost":
		return nil
	}
	// With the wildcard in front, rules such as *.kawasaki.jp apply, which kawasaki.jp alone doesn't show.
	suffix, _ := publicsuffix.PublicSuffix(oneLabel + "." + anchor)
	if len(suffix) < len(anchor) {
		return nil
	}
	return publicSuffix(anchor)
}

func publicSuffix(anchor string) *problem {
	return &problem{
		"strangers can have names under " + excerpt(anchor) + ", a public suffix (publicsuffix.org)",
		"put a label of your own between the wildcard and the suffix, or list the origins in full",
	}
}
