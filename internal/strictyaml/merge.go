// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package strictyaml

import "go.yaml.in/yaml/v3"

const mergeTag = "!!merge"

// flatten puts what a mapping merges (<<: *defaults) in the place of its merge keys: its own fields go first, then the
// earlier ones of a list (https://yaml.org/type/merge.html). Each mapping is flattened once, so that neither cycles nor
// merges of merges cost more than they are long.
func (d *decoder) flatten(n *yaml.Node) {
	own, sources := split(n.Content)
	if len(sources) == 0 {
		return
	}
	n.Content = own
	names := make(map[string]bool)
	for i := 0; i < len(own); i += 2 {
		names[nameOf(own[i])] = true
	}
	for _, source := range sources {
		d.merge(n, source, names)
	}
}

// merge adds the fields of a source that have no name yet.
func (d *decoder) merge(n, source *yaml.Node, names map[string]bool) {
	from := resolve(source)
	if from.Kind != yaml.MappingNode {
		d.fault(source, join(string(d.path), "<<"), "is not a mapping", "merge a mapping, or a list of them")
		return
	}
	d.flatten(from)
	if d.budget -= len(from.Content); d.budget < 0 {
		return
	}
	for i := 0; i < len(from.Content); i += 2 {
		if name := nameOf(from.Content[i]); !names[name] {
			names[name] = true
			n.Content = append(n.Content, from.Content[i], from.Content[i+1])
		}
	}
}

// split tells the fields of a mapping from what it merges. Few merge anything, and theirs is not copied.
func split(content []*yaml.Node) (own, sources []*yaml.Node) {
	for i := 0; i < len(content); i += 2 {
		switch {
		case content[i].Tag == mergeTag:
			if sources == nil {
				own = append(own, content[:i]...)
			}
			sources = append(sources, sourcesOf(content[i+1])...)
		case sources != nil:
			own = append(own, content[i], content[i+1])
		}
	}
	if sources == nil {
		return content, nil
	}
	return own, sources
}

func sourcesOf(value *yaml.Node) []*yaml.Node {
	if list := resolve(value); list.Kind == yaml.SequenceNode {
		return list.Content
	}
	return []*yaml.Node{value}
}
