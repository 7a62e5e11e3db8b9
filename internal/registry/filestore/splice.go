// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"cmp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// splice returns a file's content in which only that differs in which the nodes do. It tells whether it could; whether
// the result is right is left to the caller, since YAML has more forms than are known here.
func splice(content string, root, merged *yaml.Node, was map[*yaml.Node]*yaml.Node) (result string, ok bool) {
	t, ok := newText(content)
	if !ok || !isBlock(root, yaml.MappingNode) {
		return "", false
	}
	s := &splicer{text: t, was: was, indentation: t.indentation(root)}
	s.mapping(root, merged, t.lines())
	return s.apply()
}

// splicer collects the edits of a text.
type splicer struct {
	*text

	was         map[*yaml.Node]*yaml.Node // what a changed node was in the text
	indentation indentation
	edits       []edit
	failed      bool // the text is not as expected
}

// edit puts a text in the place of another.
type edit struct {
	from, to int
	text     string
}

// mapping edits a block mapping that ends before line end.
func (s *splicer) mapping(n, m *yaml.Node, end int) {
	parts := s.keys(n, end)
	if s.failed {
		return
	}
	places, kept, after := placesOf(n.Content), make([]bool, len(parts)), -1
	for i := 0; i < len(m.Content); i += 2 {
		key, value := m.Content[i], m.Content[i+1]
		place, old := places[s.origin(key)]
		if !old {
			s.insertField(n, parts, after, key, value)
			continue
		}
		after = place / 2
		kept[after] = true
		if n.Content[place] != key || n.Content[place+1] != value {
			s.field(parts[after], n.Content[place], n.Content[place+1], key, value)
		}
	}
	s.cutFields(n, parts, kept, end)
}

// field changes the value of a field, or its name, too.
func (s *splicer) field(p part, oldKey, old, key, value *yaml.Node) {
	if isBlock(old, yaml.SequenceNode) && isBlock(value, yaml.SequenceNode) {
		s.list(old, value, p.last)
		return
	}
	s.replace(p, oldKey, old, s.renderField(key, value, p.column))
}

// insertField adds a field behind the one with index after, or in front of all if that is -1.
func (s *splicer) insertField(n *yaml.Node, parts []part, after int, key, value *yaml.Node) {
	column := parts[0].column
	field := s.renderField(key, value, column)
	switch {
	case after >= 0:
		s.insert(parts[after].last, spaces(column-1)+field)
	case s.column(parts[0].first) == column:
		s.insert(s.below(parts[0]), spaces(column-1)+field)
	default: // the first key stands behind a dash
		at := s.at(n.Content[0])
		s.edit(at, at, field+"\n"+spaces(column-1))
	}
}

// cutFields has the next field move up where the first one, behind a dash, goes.
func (s *splicer) cutFields(n *yaml.Node, parts []part, kept []bool, end int) {
	if !kept[0] && s.column(parts[0].first) != parts[0].column {
		next := slices.Index(kept, true)
		if next < 0 {
			s.failed = true
			return
		}
		s.edit(s.at(n.Content[0]), s.at(n.Content[2*next]), "")
		parts, kept = parts[next:], kept[next:]
	}
	s.cut(parts, kept, end)
}

// list edits a block list that ends before line end. What stays of it is in the same order.
func (s *splicer) list(n, m *yaml.Node, end int) {
	parts := s.dashes(n, end)
	if s.failed {
		return
	}
	places, kept, after := placesOf(n.Content), make([]bool, len(parts)), -1
	for _, item := range m.Content {
		place, old := places[s.origin(item)]
		if !old {
			s.insertItem(n, parts, after, item)
			continue
		}
		after = place
		kept[place] = true
		s.item(parts[place], n.Content[place], item)
	}
	s.cut(parts, kept, end)
}

func (s *splicer) item(p part, old, item *yaml.Node) {
	switch {
	case old == item:
	case isBlock(old, yaml.MappingNode) && isBlock(item, yaml.MappingNode):
		s.mapping(old, item, p.last)
	default:
		s.replace(p, old, old, s.render(item, old.Column))
	}
}

// insertItem adds an item behind the one with index after, or in front of all if that is -1, with a blank line between
// if there is one between the others.
func (s *splicer) insertItem(n *yaml.Node, parts []part, after int, item *yaml.Node) {
	last := len(parts) - 1
	column, gap := parts[last].column, n.Content[last].Column-parts[last].column-1
	if gap < 1 || n.Content[last].Line-1 != parts[last].first {
		gap = 1
	}
	text := spaces(column-1) + "-" + spaces(gap) + s.render(item, column+1+gap)
	separated := last > 0 && s.blank(s.top(parts[last])-1)
	switch {
	case after < 0 && separated:
		s.insert(s.top(parts[0]), text+"\n")
	case after < 0:
		s.insert(s.top(parts[0]), text)
	case separated:
		s.insert(parts[after].last, "\n"+text)
	default:
		s.insert(parts[after].last, text)
	}
}

// replace puts a text in the place of a part from its first node on. A comment at the end of that line stays.
func (s *splicer) replace(p part, first, value *yaml.Node, text string) {
	from, start := s.at(first), s.at(value)
	if s.failed {
		return
	}
	line := first.Line - 1
	if value.Line != first.Line {
		start = from + len(first.Value)
	}
	end := s.starts[p.last-1] + len(s.line(p.last-1))
	lineEnd := s.starts[line] + len(s.line(line))
	if start > lineEnd {
		s.failed = true
		return
	}
	head, rest, more := strings.Cut(text, "\n")
	head += remarkIn(s.content[start:lineEnd])
	if more {
		head += "\n" + rest
	}
	s.edit(from, end, head)
}

// cut takes out the parts that are not kept, each with the comments right above it, and one of the two runs of blank
// lines around it.
func (s *splicer) cut(parts []part, kept []bool, end int) {
	for i, p := range parts {
		if kept[i] {
			continue
		}
		from, to := s.top(p), p.last
		before, after := slices.Contains(kept[:i], true), slices.Contains(kept[i+1:], true)
		for after && (!before || s.blank(from-1)) && to < end && s.blank(to) {
			to++
		}
		for before && !after && s.blank(from-1) {
			from--
		}
		s.edit(s.starts[from], s.starts[to], "")
	}
}

// insert puts lines in front of another.
func (s *splicer) insert(line int, text string) {
	at := s.starts[line]
	if line == s.lines() && !strings.HasSuffix(s.content, "\n") {
		text = "\n" + text
	} else {
		text += "\n"
	}
	s.edit(at, at, text)
}

func (s *splicer) edit(from, to int, text string) {
	s.failed = s.failed || from > to
	s.edits = append(s.edits, edit{from, to, text})
}

// apply makes the edits. Cuts may overlap.
func (s *splicer) apply() (result string, ok bool) {
	slices.SortStableFunc(s.edits, func(a, b edit) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(min(a.to-a.from, 1), min(b.to-b.from, 1)))
	})
	var b strings.Builder
	at := 0
	for _, e := range s.edits {
		if e.text == "" && e.from < at {
			e.from, e.to = at, max(at, e.to)
		}
		if s.failed || e.from < at {
			return "", false
		}
		b.WriteString(s.content[at:e.from] + e.text)
		at = e.to
	}
	b.WriteString(s.content[at:])
	return b.String(), true
}

func (s *splicer) render(n *yaml.Node, column int) string {
	text, err := s.indentation.render(uncommented(n), column)
	s.failed = s.failed || err != nil
	return text
}

func (s *splicer) renderField(key, value *yaml.Node, column int) string {
	text, err := s.indentation.renderField(key, value, column)
	s.failed = s.failed || err != nil
	return text
}

// origin returns the node of the text that a node stands for.
func (s *splicer) origin(n *yaml.Node) *yaml.Node {
	if was, changed := s.was[n]; changed {
		return was
	}
	return n
}

func (s *splicer) at(n *yaml.Node) int {
	at, ok := s.offset(n)
	s.failed = s.failed || !ok
	return at
}

func placesOf(nodes []*yaml.Node) map[*yaml.Node]int {
	places := make(map[*yaml.Node]int, len(nodes))
	for i, n := range nodes {
		places[n] = i
	}
	return places
}

// isBlock tells nodes that have lines of their own.
func isBlock(n *yaml.Node, kind yaml.Kind) bool {
	return n.Kind == kind && n.Style&yaml.FlowStyle == 0 && len(n.Content) > 0
}
