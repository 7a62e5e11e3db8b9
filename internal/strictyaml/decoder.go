// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package strictyaml

import (
	"reflect"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// decoder fills structs from YAML nodes and goes on after a fault, so that all are reported at once, each with its
// line. The library's own decoder stops at the first text it can't convert, and quotes values: one could be a secret.
type decoder struct {
	words      map[reflect.Type]Words
	path       []byte // of what is being decoded, for example books[3].title
	budget     int    // nodes that may still be decoded
	fields     map[reflect.Type]fields
	faults     []Fault
	reported   map[*yaml.Node]bool
	unreadable map[string]bool // paths whose values could not be had
}

// newDecoder returns a decoder for a file of that many bytes. Every node has taken a byte of it, but aliases can bring
// a node back any number of times: a few lines could keep the decoder busy for hours. So much must do for honest ones.
func newDecoder(size int, words map[reflect.Type]Words) *decoder {
	return &decoder{
		words:      words,
		budget:     size + 1_000_000,
		fields:     make(map[reflect.Type]fields),
		reported:   make(map[*yaml.Node]bool),
		unreadable: make(map[string]bool),
	}
}

// fault reports a node once: one wrong word may be merged into thousands of records.
func (d *decoder) fault(n *yaml.Node, field, problem, fix string) {
	if d.reported[n] {
		return
	}
	d.reported[n] = true
	d.faults = append(d.faults, Fault{Line: n.Line, Field: field, Problem: problem, Fix: fix})
}

// cannotRead is a fault of the value itself, about which nothing more can be said then.
func (d *decoder) cannotRead(n *yaml.Node, problem, fix string) {
	field := string(d.path)
	d.fault(n, field, problem, fix)
	d.unreadable[field] = true
}

// decode fills v, which must be settable, from the node.
func (d *decoder) decode(node *yaml.Node, v reflect.Value) {
	n := resolve(node)
	if d.budget -= 1 + len(n.Content); d.budget < 0 {
		return
	}
	switch {
	case strangelyTagged(n):
		d.cannotRead(node, "has a tag", "remove the word that starts with !")
	case isNull(n):
		d.decodeNull(node, v)
	case v.Kind() == reflect.Slice:
		d.decodeSequence(node, n, v)
	case isRecord(v.Type()):
		d.decodeMapping(node, n, v)
	default:
		d.decodeScalar(node, n, v)
	}
}

// decodeNull is for keys and dashes with nothing behind them. Where absent means no limit, no end or no bound, somebody
// who leaves a value out must not lift it unawares; an empty list is left to whoever checks the records.
func (d *decoder) decodeNull(node *yaml.Node, v reflect.Value) {
	switch {
	case v.Kind() == reflect.String, isRecords(v.Type()):
		v.SetZero()
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	case isRecord(v.Type()):
		d.cannotRead(node, "is empty", "write its fields, or remove the dash")
	default:
		d.cannotRead(node, "has no value", d.wordsFor(v.Type()).Fix+", or remove the key")
	}
}

func (d *decoder) decodeSequence(node, n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.SequenceNode {
		d.cannotRead(node, "is not a list", "write [a, b], or start each entry with a dash")
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, item := range n.Content {
		outer := len(d.path)
		d.path = append(strconv.AppendInt(append(d.path, '['), int64(i), 10), ']')
		d.decode(item, v.Index(i))
		d.path = d.path[:outer]
	}
}

func (d *decoder) decodeMapping(node, n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.MappingNode {
		d.cannotRead(node, "is not a mapping", "write fields as name: value")
		return
	}
	d.flatten(n)
	known := d.fieldsOf(v.Type())
	seen := make([]bool, v.NumField())
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		switch field, ok := known[nameOf(key)]; {
		case !ok:
			d.unknownField(key, known)
		case seen[field]:
			d.fault(key, join(string(d.path), nameOf(key)), "given twice", "remove one")
		default:
			seen[field] = true
			d.decodeField(nameOf(key), n.Content[i+1], v.Field(field))
		}
	}
}

func (d *decoder) decodeField(name string, value *yaml.Node, v reflect.Value) {
	outer := len(d.path)
	if outer > 0 {
		d.path = append(d.path, '.')
	}
	d.path = append(d.path, name...)
	d.decode(value, v)
	d.path = d.path[:outer]
}

func (d *decoder) decodeScalar(node, n *yaml.Node, v reflect.Value) {
	switch {
	case n.Kind == yaml.ScalarNode && v.Kind() == reflect.String:
		v.SetString(n.Value)
	case n.Kind != yaml.ScalarNode, !isPlain(n, v.Type()), n.Decode(v.Addr().Interface()) != nil:
		words := d.wordsFor(v.Type())
		d.cannotRead(node, "is not "+words.What, words.Fix)
	}
}
