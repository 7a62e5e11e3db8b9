// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"reflect"

	"go.yaml.in/yaml/v3"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// records is the file form of a registry.
type records struct {
	Organizations []token.Organization `yaml:"organizations"`
	Tokens        []token.Token        `yaml:"tokens"`
}

// document is a file as far as it could be read. Its faults don't hide those of its records.
type document struct {
	records

	root       *yaml.Node
	faults     []Fault
	unreadable map[string]bool // fields about which enough is said
}

const (
	noTokens  = "there is no tokens: field"
	sayTokens = "write tokens: [] for none at all"
)

func parse(content []byte) document {
	root, fault := readNode(content)
	switch {
	case fault != nil:
		return document{faults: []Fault{*fault}}
	case root == nil || isNull(root):
		// An editor that truncates before it writes must not delete every token, so nothing at all is not "no tokens".
		return document{faults: []Fault{{Problem: noTokens, Fix: sayTokens}}}
	}
	return decodeDocument(root, len(content))
}

func decodeDocument(root *yaml.Node, size int) document {
	var r records
	d := newDecoder(size)
	d.decode(root, reflect.ValueOf(&r).Elem())
	switch {
	case d.budget < 0:
		return document{faults: []Fault{{Problem: "aliases make the file too large", Fix: "write records out in full"}}}
	case r.Tokens == nil && !d.unreadable[""] && !d.unreadable["tokens"]:
		d.fault(root, "", noTokens, sayTokens)
	}
	return document{records: r, root: root, faults: d.faults, unreadable: d.unreadable}
}

// knows tells whether a field, or what it is in, could not be read: that it is missing, too, is no news.
func (d *document) knows(field string) bool {
	for ; field != ""; field = around(field) {
		if d.unreadable[field] {
			return true
		}
	}
	return d.unreadable[""]
}
