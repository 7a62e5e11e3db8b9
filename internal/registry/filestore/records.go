// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"cmp"
	"reflect"
	"slices"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/strictyaml"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

var words = map[reflect.Type]strictyaml.Words{
	reflect.TypeFor[token.Digest](): {What: "a SHA-256", Fix: "write its 64 hexadecimal digits"},
}

// Parse returns the contents of a file, in its order, or everything that is wrong with it, in the order of lines.
func Parse(content []byte) (*registry.Contents, []registry.Fault) {
	return parse(content, registry.Check)
}

// ParsePart is Parse for a file of records that are to be added to others.
func ParsePart(content []byte) (*registry.Contents, []registry.Fault) {
	return parse(content, registry.CheckPart)
}

func parse(
	content []byte, check func(*registry.Records, registry.Reporter) *registry.Contents,
) (*registry.Contents, []registry.Fault) {
	r, doc := decode(content)
	to := &document{Document: doc}
	contents := check(&r, to)
	if len(doc.Faults) > 0 {
		slices.SortStableFunc(doc.Faults, func(x, y registry.Fault) int { return cmp.Compare(x.Line, y.Line) })
		return nil, doc.Faults
	}
	contents.Warnings = to.warnings
	contents.DrawRevisions()
	return contents, nil
}

const noTokens = "write tokens: [] for none at all"

// decode reads the records of a file. An editor that truncates before it writes must not delete every token, so nothing
// at all is not "no tokens".
func decode(content []byte) (registry.Records, *strictyaml.Document) {
	var r registry.Records
	doc := strictyaml.Decode(content, &r, words)
	switch {
	case r.Tokens != nil:
	case doc.Holds("tokens"):
		doc.Report("tokens", "is empty", noTokens)
	case !doc.Unreadable("tokens"):
		doc.Report("", "there is no tokens: field", noTokens)
	}
	return r, doc
}

// document takes findings with the lines they are in.
type document struct {
	*strictyaml.Document

	warnings []registry.Fault
}

var _ registry.Reporter = (*document)(nil)

// Warn implements registry.Reporter.
func (d *document) Warn(field, problem, fix string) {
	d.warnings = append(d.warnings, registry.Fault{Line: d.LineOf(field), Field: field, Problem: problem, Fix: fix})
}
