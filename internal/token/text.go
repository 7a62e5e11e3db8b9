// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package token

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Lengths in characters (code points).
const (
	maxName = 100
	maxMemo = 1000
	maxUser = 254 // an e-mail address has at most that many (RFC 5321, section 4.5.3.1.3), and many user names are one
)

// text checks what people wrote for people.
func (f *faults) text(field, value string, limit int) {
	switch {
	case !utf8.ValidString(value):
		f.add(field, "is not valid UTF-8", "write it again")
	case utf8.RuneCountInString(value) > limit:
		f.add(field, fmt.Sprintf("has more than %d characters", limit), "shorten it")
	case strings.ContainsFunc(value, Disturbs):
		f.add(field, "has a control character or line break", "remove it; write plain text on one line")
	}
}

// Disturbs tells characters that change how the text around them is shown in a terminal, a log or the console: controls
// (C0, C1), line separators, and bidirectional embeddings, overrides and isolates (UAX #9, sections 2.1 to 2.4). The
// bidirectional marks of section 2.6 are harmless, and names in Arabic or Hebrew need them.
func Disturbs(r rune) bool {
	switch {
	case unicode.IsControl(r), r == '\u2028', r == '\u2029':
		return true
	case '\u202a' <= r && r <= '\u202e', '\u2066' <= r && r <= '\u2069':
		return true
	}
	return false
}
