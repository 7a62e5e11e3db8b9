// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package origin

import (
	"strings"

	"golang.org/x/net/idna"
)

// toASCII turns the U-labels of a host into A-labels by the Lookup profile of UTS #46, as browsers do, and lowers the
// rest. It goes label by label, since the profile would refuse wildcards and underscores anywhere in the host.
func toASCII(host string) (string, *problem) {
	labels := strings.Split(strings.Map(plainDot, host), ".")
	for i, label := range labels {
		ascii, err := labelToASCII(label)
		if err != nil {
			return "", badIDN
		}
		labels[i] = ascii
	}
	return strings.Join(labels, "."), nil
}

// labelToASCII leaves plain ASCII labels to checkLabel; those that claim to be A-labels must decode, though, or a
// typing error would make an entry that never matches.
func labelToASCII(label string) (string, error) {
	lower := strings.ToLower(label)
	if isASCII(label) && !strings.HasPrefix(lower, "xn--") {
		return lower, nil
	}
	return idna.Lookup.ToASCII(label)
}

// plainDot maps the full stops that UTS #46 treats as label separators.
func plainDot(r rune) rune {
	switch r {
	case '\u3002', '\uff0e', '\uff61':
		return '.'
	}
	return r
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
