// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// nodeOf writes a record as people would: what is absent is left out.
func nodeOf(r record) *yaml.Node {
	if o, ok := r.(*token.Organization); ok {
		return organizationNode(o)
	}
	return tokenNode(r.(*token.Token))
}

func organizationNode(o *token.Organization) *yaml.Node {
	var f fields
	f.text("id", o.ID)
	f.text("name", o.Name)
	f.number("spans_per_minute", o.SpansPerMinute)
	f.list("members", nodesOf(o.Members, memberNode), 0)
	return f.node()
}

func memberNode(m token.Member) *yaml.Node {
	var f fields
	f.text("user", m.User)
	f.text("role", string(m.Role))
	f.text("email", m.Email)
	return f.node()
}

// tokenNode has a plain secret written as its record, which is all that is kept of it.
func tokenNode(t *token.Token) *yaml.Node {
	sealed := *t
	sealed.Seal()
	var f fields
	f.text("id", t.ID)
	f.text("organization", t.Organization)
	f.text("name", t.Name)
	f.text("memo", t.Memo)
	f.text("kind", string(t.Kind))
	f.text("environment", t.Environment)
	f.list("allowed_origins", nodesOf(t.AllowedOrigins, quotedNode), yaml.FlowStyle)
	f.text("origin_mode", string(t.OriginMode))
	f.list("signals", nodesOf(t.Signals, func(s token.Signal) *yaml.Node { return textNode(string(s)) }), yaml.FlowStyle)
	f.number("spans_per_minute", t.SpansPerMinute)
	f.number("client_spans_per_minute", t.ClientSpansPerMinute)
	f.list("secrets", nodesOf(sealed.Secrets, secretNode), 0)
	f.flag("disabled", t.Disabled)
	f.time("created_at", t.CreatedAt)
	f.text("created_by", t.CreatedBy)
	f.time("expires_at", t.ExpiresAt)
	return f.node()
}

func secretNode(s token.Secret) *yaml.Node {
	var f fields
	f.add("sha256", quotedNode(s.SHA256.String()))
	f.text("hint", s.Hint)
	f.time("created_at", s.CreatedAt)
	f.time("expires_at", s.ExpiresAt)
	return f.node()
}

func nodesOf[E any](list []E, node func(E) *yaml.Node) []*yaml.Node {
	var nodes []*yaml.Node
	for _, e := range list {
		nodes = append(nodes, node(e))
	}
	return nodes
}

// textNode is quoted by the encoder where it would be taken for something else.
func textNode(value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value}
}

func quotedNode(value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value, Style: yaml.DoubleQuotedStyle}
}

// fields are the names and values of a record, in turn.
type fields []*yaml.Node

func (f *fields) add(name string, value *yaml.Node) {
	*f = append(*f, textNode(name), value)
}

func (f *fields) text(name, value string) {
	if value != "" {
		f.add(name, textNode(value))
	}
}

func (f *fields) number(name string, value *int64) {
	if value != nil {
		f.add(name, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.FormatInt(*value, 10)})
	}
}

func (f *fields) flag(name string, value bool) {
	if value {
		f.add(name, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"})
	}
}

func (f *fields) time(name string, value time.Time) {
	if !value.IsZero() {
		text := value.UTC().Format(time.RFC3339Nano)
		f.add(name, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!timestamp", Value: text})
	}
}

// longestFlow is how many characters of items fit a line.
const longestFlow = 80

func (f *fields) list(name string, items []*yaml.Node, style yaml.Style) {
	length := 0
	for _, item := range items {
		length += len(item.Value) + len(`"", `)
	}
	if length > longestFlow {
		style = 0
	}
	if len(items) > 0 {
		f.add(name, &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Style: style, Content: items})
	}
}

func (f *fields) node() *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: *f}
}

// find returns the value of a field, nil if it is absent.
func find(mapping *yaml.Node, name string) *yaml.Node {
	if i := index(mapping, name); i >= 0 {
		return mapping.Content[i+1]
	}
	return nil
}

// index returns the place of a field's key, -1 if it is absent.
func index(mapping *yaml.Node, name string) int {
	for i := 0; i < len(mapping.Content); i += 2 {
		if resolve(mapping.Content[i]).Value == name {
			return i
		}
	}
	return -1
}

func resolve(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// equal compares nodes that were written here; nil is an absent one.
func equal(a, b *yaml.Node) bool {
	if a == nil || b == nil {
		return a == b
	}
	if a.Kind != b.Kind || a.Tag != b.Tag || a.Value != b.Value || len(a.Content) != len(b.Content) {
		return false
	}
	for i := range a.Content {
		if !equal(a.Content[i], b.Content[i]) {
			return false
		}
	}
	return true
}
