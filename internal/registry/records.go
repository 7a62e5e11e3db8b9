// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"reflect"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/strictyaml"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// records is the file form of a registry.
type records struct {
	Organizations []token.Organization `yaml:"organizations"`
	Tokens        []token.Token        `yaml:"tokens"`
}

var words = map[reflect.Type]strictyaml.Words{
	reflect.TypeFor[token.Digest](): {What: "a SHA-256", Fix: "write its 64 hexadecimal digits"},
}

// parse reads a file. An editor that truncates before it writes must not delete every token, so nothing at all is not
// "no tokens".
func parse(content []byte) (records, *strictyaml.Document) {
	var r records
	doc := strictyaml.Decode(content, &r, words)
	if r.Tokens == nil && !doc.Unreadable("tokens") {
		doc.Report("", "there is no tokens: field", "write tokens: [] for none at all")
	}
	return r, doc
}
