// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/amount"
)

// plain makes a text from elsewhere safe to show: what would move the cursor or turn the line around is escaped.
func plain(s string) string {
	if utf8.ValidString(s) && !strings.ContainsFunc(s, disturbs) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if disturbs(r) || r == utf8.RuneError {
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// plainLines does the same, and leaves line breaks and indentation.
func plainLines(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\t", "  "), "\n")
	for i, line := range lines {
		lines[i] = plain(line)
	}
	return strings.Join(lines, "\n")
}

// disturbs tells controls, line separators and the marks that turn the order of a line around.
func disturbs(r rune) bool {
	switch {
	case unicode.IsControl(r), r == '\u2028', r == '\u2029':
		return true
	case '\u202a' <= r && r <= '\u202e', '\u2066' <= r && r <= '\u2069':
		return true
	}
	return false
}

// cells measures in terminal cells, of which a Chinese character takes two, whatever the locale.
func cells() *runewidth.Condition {
	return &runewidth.Condition{StrictEmojiNeutral: true}
}

func widthOfText(s string) int {
	return cells().StringWidth(s)
}

// shorten cuts a text to the width.
func shorten(s string, width int) string {
	return cells().Truncate(s, width, "…")
}

func padded(s string, width int, right bool) string {
	if right {
		return cells().FillLeft(s, width)
	}
	return cells().FillRight(s, width)
}

// wrap breaks a text between words, where it can, into lines of the width.
func wrap(s string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(s) {
		switch {
		case line == "":
			line = word
		case widthOfText(line)+1+widthOfText(word) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
		for widthOfText(line) > width {
			head := cells().Truncate(line, width, "")
			lines = append(lines, head)
			line = line[len(head):]
		}
	}
	return append(lines, line)
}

// count writes "1 token", "2 tokens".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%s %ss", amount.Grouped(int64(n)), what)
}
