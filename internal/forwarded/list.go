// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package forwarded

import (
	"iter"
	"net/netip"
	"slices"
	"strings"
)

// X-Forwarded-For has no standard; https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/X-Forwarded-For is what
// proxies do: each adds, at the end, the address it has the request from.
const (
	canonical = "X-Forwarded-For" // over HTTP
	lower     = "x-forwarded-for" // in gRPC metadata
)

// maxElement is longer than any address with brackets, zone and port.
const maxElement = 80

func forwardedFor(sources map[string][]string) []string {
	if values, ok := sources[canonical]; ok {
		return values
	}
	return sources[lower]
}

// backwards goes through the elements of a list that may be spread over several header lines, the last one first
// (RFC 9110, section 5.3). It looks at no more of a value than at its elements so far.
func backwards(values []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, value := range slices.Backward(values) {
			for more := true; more; {
				var element string
				value, element, more = cutLast(value)
				if !yield(element) {
					return
				}
			}
		}
	}
}

// cutLast cuts the last element off. One that is too long is not searched for where it begins.
func cutLast(value string) (rest, element string, more bool) {
	begin := max(0, len(value)-maxElement-1)
	comma := strings.LastIndexByte(value[begin:], ',')
	if comma < 0 {
		return "", value, false
	}
	comma += begin
	return value[:comma], value[comma+1:], true
}

// parse reads an address as proxies write it: also in brackets, and with a port.
func parse(element string) (netip.Addr, bool) {
	if len(element) > maxElement {
		return netip.Addr{}, false
	}
	element = strings.Trim(element, " \t")
	if address, err := netip.ParseAddr(element); err == nil {
		return plain(address), true
	}
	if both, err := netip.ParseAddrPort(element); err == nil {
		return plain(both.Addr()), true
	}
	if inner, ok := strings.CutPrefix(element, "["); ok {
		inner, ok = strings.CutSuffix(inner, "]")
		address, err := netip.ParseAddr(inner)
		return plain(address), ok && err == nil && address.Is6()
	}
	return netip.Addr{}, false
}
