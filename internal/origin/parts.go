// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package origin

import (
	"strconv"
	"strings"
)

const (
	null      = "null"
	separator = "://"
	maxLength = 512
)

// visibleASCII reports whether s has at least one byte and no control, space or non-ASCII byte.
func visibleASCII(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return s != ""
}

// validScheme follows RFC 3986, section 3.1, for a lower-case scheme.
func validScheme(scheme string) bool {
	for i := range len(scheme) {
		c := scheme[i]
		letter := 'a' <= c && c <= 'z'
		other := '0' <= c && c <= '9' || c == '+' || c == '-' || c == '.'
		if !letter && (i == 0 || !other) {
			return false
		}
	}
	return scheme != ""
}

// isWeb tells the schemes that have a default port and hosts with DNS meaning from those of apps, where neither holds.
func isWeb(scheme string) bool {
	return scheme == "http" || scheme == "https"
}

// splitPort cuts authority at the colon in front of the port; colons inside brackets belong to an IPv6 address.
func splitPort(authority string) (host, port string, hasPort bool) {
	start := strings.IndexByte(authority, ']') + 1
	_, port, hasPort = strings.Cut(authority[start:], ":")
	if !hasPort {
		return authority, "", false
	}
	return authority[:len(authority)-len(port)-1], port, true
}

// validPort accepts 1 to 65535 without leading zeros, as browsers write it.
func validPort(port string) bool {
	if port == "" || port[0] == '0' {
		return false
	}
	_, err := strconv.ParseUint(port, 10, 16)
	return err == nil
}

// withoutDefault drops the port that the scheme implies (RFC 6454, section 4), so that one origin has one spelling.
func withoutDefault(scheme, port string) string {
	if scheme == "https" && port == "443" || scheme == "http" && port == "80" {
		return ""
	}
	return port
}

func serialize(scheme, host, port string) string {
	if port == "" {
		return scheme + separator + host
	}
	return scheme + separator + host + ":" + port
}
