// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry // import "github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// decoder fills structs from YAML nodes and goes on after a fault, so that all are reported at once, each with its
// line. The library's own decoder stops at the first text it can't convert, and quotes values: one could be a secret.
type decoder struct {
	faults []Fault
}

func (d *decoder) fault(n *yaml.Node, path, problem, fix string) {
	d.faults = append(d.faults, Fault{Line: n.Line, Field: path, Problem: problem, Fix: fix})
}

// decode fills v, which must be settable, from the node. A null leaves it as it is.
func (d *decoder) decode(n *yaml.Node, v reflect.Value, path string) {
	n = resolve(n)
	switch {
	case n.Tag == "!!null":
	case isRecord(v.Type()):
		d.decodeMapping(n, v, path)
	case v.Kind() == reflect.Slice && isRecord(v.Type().Elem()):
		d.decodeSequence(n, v, path)
	default:
		if err := n.Decode(v.Addr().Interface()); err != nil {
			d.fault(n, path, "is not "+expected(v.Type()), "write "+expected(v.Type()))
		}
	}
}

func (d *decoder) decodeSequence(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.SequenceNode {
		d.fault(n, path, "is not a list", "start each entry with a dash")
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, item := range n.Content {
		d.decode(item, v.Index(i), fmt.Sprintf("%s[%d]", path, i))
	}
}

func (d *decoder) decodeMapping(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.MappingNode {
		d.fault(n, path, "is not a mapping", "write fields as name: value")
		return
	}
	d.decodeMerged(n, v, path)
	fields := fieldsOf(v.Type())
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		field := join(path, excerpt(key.Value))
		index, known := fields[key.Value]
		switch {
		case key.Tag == mergeTag:
		case !known:
			d.fault(key, field, "no such field", "remove it, or correct its name")
		case seen[key.Value]:
			d.fault(key, field, "given twice", "remove one")
		default:
			d.decode(value, v.Field(index), field)
		}
		seen[key.Value] = true
	}
}

const mergeTag = "!!merge"

// decodeMerged fills in what the mapping merges (<<: *defaults), before its own fields, which go first.
// See https://yaml.org/type/merge.html.
func (d *decoder) decodeMerged(n *yaml.Node, v reflect.Value, path string) {
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Tag != mergeTag {
			continue
		}
		merged := resolve(n.Content[i+1])
		if merged.Kind != yaml.SequenceNode {
			d.decodeMapping(merged, v, path)
			continue
		}
		for _, item := range slices.Backward(merged.Content) {
			d.decodeMapping(resolve(item), v, path)
		}
	}
}

// isRecord tells records, which are decoded field by field, from values that know how to read themselves.
func isRecord(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	p := reflect.PointerTo(t)
	return !p.Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) && !p.Implements(reflect.TypeFor[yaml.Unmarshaler]())
}

func fieldsOf(t reflect.Type) map[string]int {
	fields := make(map[string]int, t.NumField())
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		if name != "" && name != "-" {
			fields[name] = i
		}
	}
	return fields
}

// expected says in words what a field takes.
func expected(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[time.Time]():
		return "a time such as 2026-01-31T00:00:00Z"
	case t == reflect.TypeFor[token.Digest]():
		return "a SHA-256 of 64 hexadecimal digits"
	case t.Kind() == reflect.Int64:
		return "a whole number"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Slice:
		return "a list of texts"
	default:
		return "a text"
	}
}

func resolve(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

func join(path, field string) string {
	if path == "" {
		return field
	}
	return path + "." + field
}

// excerpt keeps a name printable and short: a secret in the wrong column may stand where a name should.
func excerpt(name string) string {
	const longest = 32
	if len(name) > longest || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "?"
	}
	return name
}
