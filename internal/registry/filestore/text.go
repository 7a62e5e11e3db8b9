// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// text is a file as lines, which are counted from 0. Those of nodes are counted from 1, and so are columns.
type text struct {
	content string
	starts  []int // of each line, and the end of the content
}

// newText splits at line feeds. The YAML library also does at some characters that nobody has in a file: ok tells that
// there is none of those.
func newText(content string) (t *text, ok bool) {
	t = &text{content: content}
	at := 0
	for line := range strings.Lines(content) {
		t.starts = append(t.starts, at)
		at += len(line)
	}
	t.starts = append(t.starts, at)
	alone := strings.Count(content, "\r") > strings.Count(content, "\r\n")
	return t, !alone && !strings.ContainsAny(content, "\u0085\u2028\u2029\ufeff")
}

func (t *text) lines() int {
	return len(t.starts) - 1
}

// line returns a line without its end; one that isn't there is empty.
func (t *text) line(i int) string {
	if i < 0 || i >= t.lines() {
		return ""
	}
	return strings.TrimRight(t.content[t.starts[i]:t.starts[i+1]], "\r\n")
}

// offset returns where a node starts.
func (t *text) offset(n *yaml.Node) (at int, ok bool) {
	if n.Line < 1 || n.Line > t.lines() {
		return 0, false
	}
	line := t.line(n.Line - 1)
	at = t.starts[n.Line-1]
	for range n.Column - 1 {
		if line == "" {
			return 0, false
		}
		_, size := utf8.DecodeRuneInString(line)
		line = line[size:]
		at += size
	}
	return at, true
}

func (t *text) blank(i int) bool {
	return strings.TrimSpace(t.line(i)) == ""
}

func (t *text) comment(i int) bool {
	return strings.HasPrefix(strings.TrimLeft(t.line(i), " \t"), "#")
}

// column returns where the first character of a line is that is no white space, from 1.
func (t *text) column(i int) int {
	line := t.line(i)
	return len(line) - len(strings.TrimLeft(line, " \t")) + 1
}

// loose tells lines between two entries: blank ones, and comments no further to the right than the entries.
func (t *text) loose(i, column int) bool {
	return t.blank(i) || t.comment(i) && t.column(i) <= column
}

// remarkIn returns the comment at the end of a line, with the white space in front of it. value is what stands in the
// line from the start of a value on.
func remarkIn(value string) string {
	quoting := strings.ContainsAny(value[:min(1, len(value))], `"'[{`) // in other values quotes are just characters
	var quote byte
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case quote == '"' && c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case quoting && (c == '"' || c == '\'') && (i == 0 || strings.IndexByte(" \t[{,:", value[i-1]) >= 0):
			quote = c
		case c == '#' && i > 0 && strings.IndexByte(" \t", value[i-1]) >= 0:
			return value[len(strings.TrimRight(value[:i], " \t")):]
		}
	}
	return ""
}
