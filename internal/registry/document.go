// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry // import "github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// document is the file form of a registry.
type document struct {
	Organizations []token.Organization `yaml:"organizations"`
	Tokens        []token.Token        `yaml:"tokens"`
}

// parse reads a document. Faults beyond its syntax leave the root behind, so that more can be found and located.
func parse(content []byte) (document, *yaml.Node, []Fault) {
	var doc document
	root, err := readNode(content)
	if err != nil {
		return doc, root, []Fault{{Problem: withoutQuotes(err), Fix: "correct the YAML"}}
	}
	if root.Kind != yaml.MappingNode {
		// An editor that truncates before it writes must not delete every token, so nothing at all is not "no tokens".
		return doc, root, []Fault{{Line: root.Line, Problem: "no tokens: field", Fix: "write tokens: [] for none at all"}}
	}
	var d decoder
	d.decode(root, reflect.ValueOf(&doc).Elem(), "")
	if doc.Tokens == nil && len(d.faults) == 0 {
		d.fault(root, "", "no tokens: field", "write tokens: [] for none at all")
	}
	return doc, root, d.faults
}

func readNode(content []byte) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	var doc, next yaml.Node
	if err := decoder.Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		return &yaml.Node{}, err
	}
	if len(doc.Content) == 0 {
		return &yaml.Node{}, nil
	}
	if err := decoder.Decode(&next); !errors.Is(err, io.EOF) {
		return &yaml.Node{}, errors.New("more than one YAML document in the file")
	}
	return resolve(doc.Content[0]), nil
}

// withoutQuotes cuts a parser's message where it would repeat a name from the file: behind a stray * or & that could
// be a secret.
func withoutQuotes(err error) string {
	message, _, _ := strings.Cut(err.Error(), "anchor '")
	return message
}

// lineOf returns the line of a field such as tokens[3].secrets[0].sha256: its own, or that of the nearest thing
// around it that is there.
func lineOf(root *yaml.Node, path string) int {
	line := root.Line
	steps := strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
	for n := root; n != nil && len(steps) > 0; steps = steps[1:] {
		if n = child(resolve(n), steps[0]); n != nil {
			line = n.Line
		}
	}
	return line
}

func child(n *yaml.Node, step string) *yaml.Node {
	if n.Kind == yaml.SequenceNode {
		if i, err := strconv.Atoi(step); err == nil && i < len(n.Content) {
			return n.Content[i]
		}
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == step {
			return n.Content[i+1]
		}
	}
	return nil
}
