// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package origin

import "strconv"

// problem says what is wrong with an entry and what to write instead. The fixed ones are shared with Parse, which
// must not allocate.
type problem struct {
	what, fix string
}

var (
	emptyEntry = &problem{
		"the entry is empty",
		`remove it, or write "null" in quotes if that was meant`,
	}
	longEntry = &problem{
		"the entry is longer than 512 bytes",
		`write scheme://host[:port] only, for example "https://example.com"`,
	}
	listEntry = &problem{
		"the entry holds white space, a comma or a control character",
		"remove it, and write one entry for each origin",
	}
	missingScheme = &problem{
		"the scheme is missing",
		`put it in front, for example "https://example.com"`,
	}
	badScheme = &problem{
		"the scheme is not a letter followed by letters, digits, '+', '-' or '.'",
		`correct it, for example "https://example.com"; for http and https write two entries`,
	}
	fileScheme = &problem{
		"pages opened from files have no origin of their own",
		`write "null", which is what browsers send for them`,
	}
	hasUser = &problem{
		"an origin has no user name or password",
		`remove what stands in front of "@", and the "@"`,
	}
	hasPath = &problem{
		"an origin has no path",
		"remove everything from the first \"/\" after the host",
	}
	hasQuery = &problem{
		"an origin has no query or fragment",
		`remove everything from the "?" or "#"`,
	}
	hasBackslash = &problem{
		"an origin has no backslash",
		`remove it and what follows, or write "/" if it stands for one`,
	}
	missingHost = &problem{
		"the host is missing",
		`write it after "://", for example "https://example.com"`,
	}
	trailingDot = &problem{
		"the host ends in a dot",
		"remove the dot",
	}
	emptyLabel = &problem{
		"the host has an empty label",
		"remove the extra dot",
	}
	longLabel = &problem{
		"a label of the host is longer than 63 bytes",
		"correct the host; DNS allows 63 bytes between two dots",
	}
	longHost = &problem{
		"the host is longer than 253 bytes",
		"correct the host; DNS allows 253 bytes",
	}
	badCharacter = &problem{
		"the host has a character other than letters, digits, '-' and '_'",
		"remove it",
	}
	badIDN = &problem{
		"the host is not a valid international domain name",
		"copy the host from the address bar of a browser",
	}
	badIPv4 = &problem{
		"the host ends in a number but is not an IPv4 address",
		`write four numbers without leading zeros, for example "http://127.0.0.1:3000", or a name`,
	}
	badIPv6 = &problem{
		"the host is not an IPv6 address in brackets",
		`correct it, for example "http://[::1]:3000"`,
	}
	zonedIPv6 = &problem{
		"an origin has no IPv6 zone",
		`remove the "%" and what follows it inside the brackets`,
	}
	badPort = &problem{
		"the port is not 1 to 65535 without leading zeros",
		`correct it, leave it out with its colon for the default, or write ":*" for any port`,
	}
)

// excerpt quotes the beginning of s, enough to find the entry and too little to flood a log.
func excerpt(s string) string {
	const limit = 64
	if len(s) <= limit {
		return strconv.Quote(s)
	}
	return strconv.Quote(s[:limit]) + "…"
}
