// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package origin

import (
	"net/netip"
	"strings"
)

const (
	maxLabel = 63
	maxHost  = 253
)

// canonicalHost checks a lower-case host without wildcards and returns the one spelling it is compared by.
// It allocates only where the spelling changes, which can happen to IPv6 addresses alone.
func canonicalHost(scheme, host string) (string, *problem) {
	switch {
	case host == "":
		return "", missingHost
	case host[0] == '[':
		return canonicalIPv6(host)
	case isWeb(scheme) && endsInNumber(host):
		return canonicalIPv4(host)
	}
	return host, checkName(host)
}

func canonicalIPv6(host string) (string, *problem) {
	inner, closed := strings.CutSuffix(host[1:], "]")
	address, err := netip.ParseAddr(inner)
	if !closed || err != nil || !address.Is6() {
		return "", badIPv6
	}
	if address.Zone() != "" {
		return "", zonedIPv6
	}
	var buffer [64]byte
	canonical := address.AppendTo(buffer[:0])
	if string(canonical) == inner {
		return host, nil
	}
	return "[" + string(canonical) + "]", nil
}

// canonicalIPv4 relies on netip, which accepts four decimal numbers without leading zeros and nothing else.
func canonicalIPv4(host string) (string, *problem) {
	address, err := netip.ParseAddr(host)
	if err != nil || !address.Is4() {
		return "", badIPv4
	}
	return host, nil
}

// endsInNumber is the check of that name in the WHATWG URL standard: browsers read such a host as an IPv4 address
// or refuse it, so as a name it cannot exist.
func endsInNumber(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	if digits, isHex := strings.CutPrefix(last, "0x"); isHex {
		return strings.Trim(digits, "0123456789abcdef") == ""
	}
	return last != "" && strings.Trim(last, "0123456789") == ""
}

func checkName(host string) *problem {
	if len(host) > maxHost {
		return longHost
	}
	for label, more := "", true; more; {
		label, host, more = strings.Cut(host, ".")
		if bad := checkLabel(label); bad != nil {
			return bad
		}
	}
	return nil
}

// checkLabel is laxer than the LDH rule of RFC 5890: browsers do send underscores (as Android package names have)
// and hyphens at the ends, and a label that is only compared needs no more.
func checkLabel(label string) *problem {
	switch {
	case label == "":
		return emptyLabel
	case len(label) > maxLabel:
		return longLabel
	}
	for i := range len(label) {
		c := label[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return badCharacter
		}
	}
	return nil
}
