// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// part is an entry of a block mapping or list as it stands in a text.
type part struct {
	first, last int // its lines, the last one excluded
	column      int // of its key or dash
}

// keys returns the parts of a mapping that ends before line end.
func (s *splicer) keys(n *yaml.Node, end int) []part {
	var firsts []int
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		s.failed = s.failed || key.Column != n.Content[0].Column
		firsts = append(firsts, key.Line-1)
	}
	return s.parts(firsts, n.Content[0].Column, end)
}

// dashes returns the parts of a list that ends before line end. An item may start below its dash.
func (s *splicer) dashes(n *yaml.Node, end int) []part {
	var firsts []int
	column := 0
	for i, item := range n.Content {
		first := item.Line - 1
		for first > 0 && !s.dash(first) && (i == 0 || first > firsts[i-1]) {
			first--
		}
		if i == 0 {
			column = s.column(first)
		}
		s.failed = s.failed || !s.dash(first) || s.column(first) != column
		firsts = append(firsts, first)
	}
	return s.parts(firsts, column, end)
}

func (t *text) dash(i int) bool {
	return strings.HasPrefix(strings.TrimLeft(t.line(i), " "), "-")
}

func (s *splicer) parts(firsts []int, column, end int) []part {
	parts := make([]part, len(firsts))
	for i, first := range firsts {
		last := end
		if i+1 < len(firsts) {
			last = firsts[i+1]
		}
		s.failed = s.failed || first < 0 || last <= first
		for last > first+1 && s.loose(last-1, column) {
			last--
		}
		parts[i] = part{first, last, column}
	}
	return parts
}

// top returns the first line of the comments right above a part.
func (t *text) top(p part) int {
	top := p.first
	for t.comment(top-1) && t.column(top-1) <= p.column {
		top--
	}
	return top
}

// below returns where a part may be put in front of another: above its comments, unless they head the file.
func (t *text) below(p part) int {
	if top := t.top(p); top > 0 {
		return top
	}
	return p.first
}

// indentation returns how the file's lists are indented.
func (t *text) indentation(root *yaml.Node) indentation {
	for i := 0; i < len(root.Content); i += 2 {
		key, list := root.Content[i], root.Content[i+1]
		if !isBlock(list, yaml.SequenceNode) {
			continue
		}
		if by := t.column(list.Content[0].Line-1) - key.Column; t.dash(list.Content[0].Line-1) && by >= 0 && by < 10 {
			return indentation(by)
		}
	}
	return 2
}
