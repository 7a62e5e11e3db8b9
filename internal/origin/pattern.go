// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package origin

import (
	"errors"
	"strings"
	"unicode"
)

// Pattern is one entry of allowed_origins. The zero value matches nothing.
type Pattern struct {
	text               string // "*", "null", or the three parts put together
	scheme, host, port string // the host may hold wildcards, the port may be "*"
}

// ParsePattern parses one entry: "*", "null" or scheme://host[:port], where "*" in the host stands for one whole label,
// "**." in front of it for one or more, and the port "*" for any. Unicode hosts become A-labels (RFC 5890), upper case
// is lowered, a default port and one trailing "/" are dropped. The error says what is wrong and how to fix the entry.
func ParsePattern(s string) (Pattern, error) {
	p, bad := parsePattern(s)
	if bad != nil {
		return Pattern{}, errors.New(excerpt(s) + ": " + bad.what + "; " + bad.fix)
	}
	return p, nil
}

// String returns the canonical spelling: two patterns are the same if and only if their spellings are.
func (p Pattern) String() string {
	return p.text
}

// site is the spelling without the port "*".
func (p Pattern) site() string {
	return strings.TrimSuffix(p.text, ":"+anyPort)
}

func parsePattern(s string) (Pattern, *problem) {
	switch {
	case s == "":
		return Pattern{}, emptyEntry
	case len(s) > maxLength:
		return Pattern{}, longEntry
	case s == "*", strings.EqualFold(s, null):
		return Pattern{text: strings.ToLower(s)}, nil
	case strings.ContainsFunc(s, separatesEntries):
		return Pattern{}, listEntry
	}
	return parsePatternTuple(s)
}

func separatesEntries(r rune) bool {
	return r == ',' || unicode.IsSpace(r) || unicode.IsControl(r)
}

func parsePatternTuple(s string) (Pattern, *problem) {
	scheme, authority, bad := splitEntry(s)
	if bad != nil {
		return Pattern{}, bad
	}
	host, port, hasPort := splitPort(authority)
	if strings.Contains(port, ":") {
		return Pattern{}, badIPv6
	}
	if bad := checkPatternPort(scheme, port, hasPort); bad != nil {
		return Pattern{}, bad
	}
	host, bad = patternHost(scheme, host)
	if bad != nil {
		return Pattern{}, bad
	}
	port = withoutDefault(scheme, port)
	p := Pattern{serialize(scheme, host, port), scheme, host, port}
	if len(p.text) > maxLength { // an IPv6 address can be longer in canonical form
		return Pattern{}, longEntry
	}
	return p, nil
}

// splitEntry cuts off the lower-cased scheme and makes sure that nothing but host and port is left.
func splitEntry(s string) (scheme, authority string, bad *problem) {
	scheme, authority, found := strings.Cut(s, separator)
	switch {
	case !found:
		return "", "", missingScheme
	case strings.EqualFold(scheme, "file"):
		return "", "", fileScheme
	case !visibleASCII(scheme) || !validScheme(strings.ToLower(scheme)):
		return "", "", badScheme
	}
	authority = strings.TrimSuffix(authority, "/")
	return strings.ToLower(scheme), authority, checkExtras(authority)
}

// checkExtras looks at the first character that an authority can't have; what follows it belongs to the same part.
func checkExtras(authority string) *problem {
	at := strings.IndexAny(authority, `@/?#\`)
	if at < 0 {
		return nil
	}
	switch authority[at] {
	case '@':
		return hasUser
	case '/':
		return hasPath
	case '\\':
		return hasBackslash
	default:
		return hasQuery
	}
}

func checkPatternPort(scheme, port string, hasPort bool) *problem {
	switch {
	case !hasPort:
		return nil
	case port == "*" && !isWeb(scheme):
		return appWildcard
	case port != "*" && !validPort(port):
		return badPort
	}
	return nil
}

// patternHost returns the canonical spelling of a host that may hold wildcards.
func patternHost(scheme, host string) (string, *problem) {
	if strings.HasPrefix(host, "[") {
		return canonicalHost(scheme, strings.ToLower(host))
	}
	host, bad := toASCII(host)
	switch {
	case bad != nil:
		return "", bad
	case strings.HasSuffix(host, "."):
		return "", trailingDot
	case !strings.Contains(host, "*"):
		return canonicalHost(scheme, host)
	case !isWeb(scheme):
		return "", appWildcard
	}
	return host, checkWildcards(host)
}
