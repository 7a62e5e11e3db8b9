// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// merger turns the nodes of a file into those that say what a draft wants. What stays the same stays the same node, and
// a changed one keeps as much as it can of how it was written: order, styles, comments.
type merger struct {
	was map[*yaml.Node]*yaml.Node // what a changed node was
}

func newMerger() *merger {
	return &merger{was: make(map[*yaml.Node]*yaml.Node)}
}

// file merges the whole file.
func (m *merger) file(root *yaml.Node, d *draft) *yaml.Node {
	file := m.copy(root)
	m.list(file, "tokens", d.tokens)
	m.list(file, "organizations", d.organizations)
	return file
}

// list merges a list of records. One that is new to the file goes to its top: tokens always has a place already.
func (m *merger) list(file *yaml.Node, name string, entries []entry) {
	if !slices.ContainsFunc(entries, func(e entry) bool { return e.is != e.was }) {
		return
	}
	i := index(file, name)
	if i < 0 {
		file.Content = slices.Insert(file.Content, 0, textNode(name), listOf(entries))
		return
	}
	file.Content[i+1] = m.records(file.Content[i+1], entries)
}

// records needs the entries to be in the order of the file, new ones at the end.
func (m *merger) records(n *yaml.Node, entries []entry) *yaml.Node {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		return m.instead(n, listOf(entries))
	}
	list := m.copy(n)
	list.Content = nil
	for i, e := range entries {
		switch {
		case e.is == nil:
		case i >= len(n.Content):
			list.Content = append(list.Content, nodeOf(e.is))
		case e.is == e.was:
			list.Content = append(list.Content, n.Content[i])
		default:
			list.Content = append(list.Content, m.record(n.Content[i], e))
		}
	}
	if len(list.Content) == 0 {
		list.Style |= yaml.FlowStyle
	}
	return list
}

func (m *merger) record(n *yaml.Node, e entry) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return m.instead(n, nodeOf(e.is))
	}
	return m.mapping(n, nodeOf(e.was), nodeOf(e.is))
}

// merge returns the node n with the change from have to want.
func (m *merger) merge(n, have, want *yaml.Node) *yaml.Node {
	switch {
	case equal(have, want):
		return n
	case have != nil && n.Kind == yaml.MappingNode && want.Kind == yaml.MappingNode:
		return m.mapping(n, have, want)
	case have != nil && n.Kind == yaml.SequenceNode && len(n.Content) == len(have.Content):
		return m.sequence(n, have, want)
	default:
		return m.instead(n, want)
	}
}

// mapping leaves out fields that have ended, and adds new ones.
func (m *merger) mapping(n, have, want *yaml.Node) *yaml.Node {
	result := m.copy(n)
	result.Content = nil
	for i := 0; i < len(n.Content); i += 2 {
		if key, value := m.field(n.Content[i], n.Content[i+1], have, want); key != nil {
			result.Content = append(result.Content, key, value)
		}
	}
	next := 0
	for i := 0; i < len(want.Content); i += 2 {
		name, value := want.Content[i].Value, want.Content[i+1]
		if at := index(result, name); at >= 0 {
			next = at + 2
		} else if name == "id" || !merges(n) || !equal(find(have, name), value) {
			result.Content = slices.Insert(result.Content, next, want.Content[i], value)
			next += 2
		}
	}
	return result
}

// merges tells whether a mapping has fields from elsewhere (<<).
func merges(n *yaml.Node) bool {
	return slices.ContainsFunc(n.Content, func(key *yaml.Node) bool { return key.Tag == mergeTag })
}

const mergeTag = "!!merge"

// field returns no key if the field has ended. A plain secret gives way to its record.
func (m *merger) field(key, value, have, want *yaml.Node) (k, v *yaml.Node) {
	name := resolve(key).Value
	if name == "secret" {
		return m.instead(key, textNode("secrets")), m.instead(value, find(want, "secrets"))
	}
	had, wants := find(have, name), find(want, name)
	switch {
	case key.Tag == mergeTag, had == nil && wants == nil:
		return key, value
	case wants == nil:
		return nil, nil
	}
	return key, m.merge(value, had, wants)
}

// sequence matches items by what they are called. One that moves up is written anew.
func (m *merger) sequence(n, have, want *yaml.Node) *yaml.Node {
	result := m.copy(n)
	result.Content = nil
	next := 0
	for _, item := range want.Content {
		i := slices.IndexFunc(have.Content[next:], func(h *yaml.Node) bool { return nameOf(h) == nameOf(item) })
		if i >= 0 {
			next += i + 1
			item = m.merge(n.Content[next-1], have.Content[next-1], item)
		}
		result.Content = append(result.Content, item)
	}
	return result
}

// nameOf returns what tells an item of a list from the others: a text itself, of a record the first field.
func nameOf(item *yaml.Node) string {
	if item.Kind == yaml.MappingNode {
		return item.Content[1].Value
	}
	return item.Value
}

// instead returns another node in the place of n.
func (m *merger) instead(n, want *yaml.Node) *yaml.Node {
	result := *want
	result.HeadComment, result.LineComment, result.FootComment = n.HeadComment, n.LineComment, n.FootComment
	const quotes = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle
	if n.Style&quotes != 0 && (want.Tag == "!!str" || want.Tag == "!!timestamp") {
		result.Style, result.Tag = n.Style&quotes, "!!str"
	}
	m.was[&result] = n
	return &result
}

func (m *merger) copy(n *yaml.Node) *yaml.Node {
	result := *n
	result.Content = slices.Clone(n.Content)
	m.was[&result] = n
	return &result
}
