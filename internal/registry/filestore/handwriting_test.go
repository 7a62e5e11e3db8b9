// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// handwriting writes files as people do: with indents of their own, comments, blank lines, fields in any order, records
// in one line or in several.
type handwriting struct {
	*generator

	indentation indentation
	notes       int
	records     map[string]string // what was written for each, with the comments above
}

const heading, ending = "# The tokens.\n\n", "\n# The end.\n"

func (h *handwriting) write(r *registry.Records) string {
	h.indentation = rapid.SampledFrom([]indentation{0, 2, 4}).Draw(h.T, "indentation")
	h.records = map[string]string{}
	text := heading + "organizations:" + h.remark() + "\n"
	for i := range r.Organizations {
		text += h.record(entry{id: r.Organizations[i].ID, is: &r.Organizations[i]})
	}
	text += h.blank() + "tokens:"
	if len(r.Tokens) == 0 {
		text += " []"
	}
	text += h.remark() + "\n"
	for i := range r.Tokens {
		text += h.record(entry{id: r.Tokens[i].ID, is: &r.Tokens[i]})
	}
	return text + ending
}

// record returns the lines of a record, and perhaps a blank one above.
func (h *handwriting) record(e entry) string {
	blank, text, dash := h.blank(), "", spaces(int(h.indentation))+"- "
	for range h.n(2) {
		text += dash[:h.indentation] + h.note() + "\n"
	}
	n := h.shuffled(nodeOf(e.is))
	if h.n(3) == 0 {
		n.Style = yaml.FlowStyle
	}
	encoded, err := h.indentation.encode(n)
	if err != nil {
		h.Fatal(err)
	}
	indent := dash
	for line := range strings.Lines(string(encoded)) {
		text += indent + strings.TrimSuffix(line, "\n") + h.remark() + "\n"
		indent = spaces(len(dash))
		if h.n(5) == 0 {
			text += h.blank() + indent + h.note() + "\n"
		}
	}
	h.records[e.String()] = text
	return blank + text
}

// shuffled returns a record with its fields in any order.
func (h *handwriting) shuffled(n *yaml.Node) *yaml.Node {
	var order []int
	for i := 0; i < len(n.Content); i += 2 {
		order = append(order, i)
	}
	result := *n
	result.Content = nil
	for _, i := range rapid.Permutation(order).Draw(h.T, "order") {
		result.Content = append(result.Content, n.Content[i], n.Content[i+1])
	}
	return &result
}

func (h *handwriting) blank() string { return strings.Repeat("\n", h.n(1)) }

// note returns a comment like no other.
func (h *handwriting) note() string {
	h.notes++
	return fmt.Sprintf("# note %d: it's a \"note", h.notes)
}

func (h *handwriting) remark() string {
	if h.n(4) > 0 {
		return ""
	}
	return spaces(1+h.n(2)) + h.note()
}
