// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package origin

import (
	"errors"
	"strings"
)

// ErrMalformed is the error of Parse. It names no detail: the value is a stranger's, and only the case is counted.
var ErrMalformed = errors.New("malformed origin")

// Origin is a parsed Origin header in canonical form. The zero value is no origin, and no pattern matches it.
type Origin struct {
	text               string // "null", or the three parts put together
	scheme, host, port string
}

// Parse reads the values of the Origin header fields of one request; a well-formed request has exactly one.
// It returns ErrMalformed unless that is "null" or scheme://host[:port] (RFC 6454, section 7.1) of at most 512 bytes.
// Upper case is lowered and a default port dropped; a value as browsers send it is parsed without allocation.
func Parse(values []string) (Origin, error) {
	if len(values) != 1 || len(values[0]) > maxLength {
		return Origin{}, ErrMalformed
	}
	if values[0] == null {
		return Origin{text: null}, nil
	}
	// Bytes first: lowering maps some non-ASCII letters, such as the Kelvin sign, to ASCII ones.
	if !visibleASCII(values[0]) {
		return Origin{}, ErrMalformed
	}
	return parseTuple(strings.ToLower(values[0]))
}

func parseTuple(value string) (Origin, error) {
	scheme, authority, _ := strings.Cut(value, separator)
	host, port, hasPort := splitPort(authority)
	if !validScheme(scheme) || hasPort && !validPort(port) {
		return Origin{}, ErrMalformed
	}
	canonical, bad := canonicalHost(scheme, host)
	if bad != nil {
		return Origin{}, ErrMalformed
	}
	o := Origin{value, scheme, canonical, withoutDefault(scheme, port)}
	if o.host != host || o.port != port {
		o.text = serialize(o.scheme, o.host, o.port)
	}
	if len(o.text) > maxLength { // an IPv6 address can be longer in canonical form
		return Origin{}, ErrMalformed
	}
	return o, nil
}

// String returns the canonical serialisation: visible ASCII of at most 512 bytes, safe to print. It is empty for the
// zero value.
func (o Origin) String() string {
	return o.text
}

// site is the serialisation without the port.
func (o Origin) site() string {
	return o.text[:len(o.scheme)+len(separator)+len(o.host)]
}
