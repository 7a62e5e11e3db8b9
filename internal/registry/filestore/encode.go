// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"bytes"
	"errors"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// Encode writes contents as a file: organizations and tokens in their order, fields in that of the documentation.
func Encode(c *registry.Contents) ([]byte, error) {
	return draftOf(c).encode()
}

// encode writes a new file. No tokens at all are said to be none, so that nobody takes half a file for a whole one.
func (d *draft) encode() ([]byte, error) {
	var b bytes.Buffer
	if err := encodeList(&b, "organizations", d.organizations); err != nil {
		return nil, err
	}
	if err := encodeList(&b, "tokens", d.tokens); err != nil {
		return nil, err
	}
	if len(remaining(d.tokens)) == 0 {
		b.WriteString("tokens: []\n")
	}
	return b.Bytes(), nil
}

// encodeList writes records one by one: the library needs gigabytes for a hundred thousand at once.
func encodeList(b *bytes.Buffer, name string, entries []entry) error {
	for i, e := range remaining(entries) {
		if i == 0 {
			b.WriteString(name + ":\n")
		}
		text, err := indentation(2).render(nodeOf(e.is), len("  - ")+1)
		if err != nil {
			return err
		}
		b.WriteString("  - " + text + "\n")
	}
	return nil
}

// listOf returns [] if there are none: nothing at all is not "no tokens".
func listOf(entries []entry) *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	for _, e := range remaining(entries) {
		list.Content = append(list.Content, nodeOf(e.is))
	}
	if len(list.Content) == 0 {
		list.Style = yaml.FlowStyle
	}
	return list
}

// indentation is by how many columns the dashes of a list are to the right of its name.
type indentation int

var errEncoder = errors.New("the YAML encoder gave up")

// renderField writes a field from a column on, without the last line's end. Comments at its ends are left out.
func (i indentation) renderField(key, value *yaml.Node, column int) (string, error) {
	if !isBlock(value, yaml.SequenceNode) {
		field := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{uncommented(key), uncommented(value)}}
		return i.render(field, column)
	}
	name, err := i.render(uncommented(key), column)
	lines := []string{name + ":"}
	for _, item := range value.Content {
		if err != nil {
			return "", err
		}
		var text string
		text, err = i.render(uncommented(item), column+int(i)+len("- "))
		lines = append(lines, spaces(column-1+int(i))+"- "+text)
	}
	return strings.Join(lines, "\n"), err
}

// render writes a node from a column on, without the last line's end.
func (i indentation) render(n *yaml.Node, column int) (string, error) {
	encoded, err := i.encode(n)
	lines := strings.Split(strings.TrimSuffix(string(encoded), "\n"), "\n")
	for i := 1; i < len(lines); i++ {
		if lines[i] != "" {
			lines[i] = spaces(column-1) + lines[i]
		}
	}
	return strings.Join(lines, "\n"), err
}

func uncommented(n *yaml.Node) *yaml.Node {
	bare := *n
	bare.HeadComment, bare.LineComment, bare.FootComment = "", "", ""
	return &bare
}

func spaces(n int) string {
	return strings.Repeat(" ", max(0, n))
}

// encode survives the library, which panics where it doubts itself. Its errors may quote values, so they are not told.
func (i indentation) encode(n *yaml.Node) (text []byte, err error) {
	defer func() {
		if recover() != nil {
			err = errEncoder
		}
	}()
	var b bytes.Buffer
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(max(int(i), 2))
	if i == 0 {
		encoder.CompactSeqIndent()
	}
	if encoder.Encode(n) != nil || encoder.Close() != nil {
		return nil, errEncoder
	}
	return b.Bytes(), nil
}
