// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package strictyaml

import (
	"reflect"

	"go.yaml.in/yaml/v3"
)

// Document is a file as far as it could be read. Its faults don't hide those that its reader finds in the records.
type Document struct {
	Faults []Fault // in the order in which they were found

	root       *yaml.Node      // nil if there is nothing
	unreadable map[string]bool // fields about which enough is said
}

// Decode fills the struct that records points to, and leaves out what can't be read. A file that can't be read at all,
// or holds nothing, leaves it zero. The words are for types with a form of their own.
func Decode(content []byte, records any, words map[reflect.Type]Words) *Document {
	root, fault := readNode(content)
	switch {
	case fault != nil:
		return refused(*fault)
	case root == nil || isNull(root):
		return &Document{}
	}
	v := reflect.ValueOf(records).Elem()
	d := newDecoder(len(content), words)
	d.decode(root, v)
	if d.budget < 0 {
		v.SetZero()
		return refused(Fault{Problem: "aliases make the file too large", Fix: "write records out in full"})
	}
	return &Document{Faults: d.faults, root: root, unreadable: d.unreadable}
}

func refused(why Fault) *Document {
	return &Document{Faults: []Fault{why}, unreadable: map[string]bool{"": true}}
}

// Report adds a fault of a field, unless the field could not be read: that it is missing, too, is no news.
func (d *Document) Report(field, problem, fix string) {
	if !d.Unreadable(field) {
		d.Faults = append(d.Faults, Fault{Line: d.LineOf(field), Field: field, Problem: problem, Fix: fix})
	}
}

// Unreadable tells whether a field, or what it is in, could not be read.
func (d *Document) Unreadable(field string) bool {
	for ; field != ""; field = around(field) {
		if d.unreadable[field] {
			return true
		}
	}
	return d.unreadable[""]
}

// Holds tells whether the file has a field of that name, if only without a value.
func (d *Document) Holds(name string) bool {
	return d.root != nil && child(resolve(d.root), name) != nil
}

// LineOf returns the line of a field such as books[3].editions[0].isbn: its own, or that of the nearest thing around it
// that is there; 0 if there is nothing.
func (d *Document) LineOf(field string) int {
	if d.root == nil {
		return 0
	}
	n := d.root
	line := n.Line
	for _, step := range steps(field) {
		if n = child(resolve(n), step); n == nil {
			break
		}
		line = n.Line
	}
	return line
}
