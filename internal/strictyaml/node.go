// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package strictyaml

import (
	"reflect"
	"strconv"

	"go.yaml.in/yaml/v3"
)

func resolve(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

func isNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Tag == "!!null"
}

// strangelyTagged finds tags that would give a value another meaning than it has here. To overlook !vault or !env would
// take the name of a secret for the secret.
func strangelyTagged(n *yaml.Node) bool {
	if n.Style&yaml.TaggedStyle == 0 {
		return false
	}
	switch n.Tag {
	case "!!str", "!!int", "!!bool", "!!timestamp", "!!seq", "!!map":
		return false
	}
	return true
}

// isPlain refuses numbers that the library would bend to fit: 0.5 to 0, and 0600 to 384, as octal in YAML 1.1.
func isPlain(n *yaml.Node, t reflect.Type) bool {
	if !isNumber(t) {
		return true
	}
	octal := len(n.Value) > 1 && n.Value[0] == '0' && '0' <= n.Value[1] && n.Value[1] <= '9'
	return n.Tag == "!!int" && !octal
}

// nameOf returns the name that a key spells, empty if it is something else.
func nameOf(key *yaml.Node) string {
	return resolve(key).Value
}

func child(n *yaml.Node, step string) *yaml.Node {
	if n.Kind == yaml.SequenceNode {
		if i, err := strconv.Atoi(step); err == nil && i < len(n.Content) {
			return n.Content[i]
		}
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if nameOf(n.Content[i]) == step {
			return n.Content[i+1]
		}
	}
	return nil
}
