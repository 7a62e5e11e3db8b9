// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package strictyaml

import (
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// fields are the names of a record's fields in YAML and their indexes.
type fields map[string]int

func (d *decoder) fieldsOf(t reflect.Type) fields {
	known, ok := d.fields[t]
	if !ok {
		known = make(fields, t.NumField())
		for i := range t.NumField() {
			name, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
			known[name] = i
		}
		d.fields[t] = known
	}
	return known
}

func (d *decoder) unknownField(key *yaml.Node, known fields) {
	name, fix := nameOf(key), "remove it, or correct its name"
	if meant := known.nearest(name); meant != "" {
		fix = "remove it, or write " + meant
	} else if !harmless(name) {
		name = "?"
	}
	d.fault(key, join(string(d.path), name), "no such field", fix)
}

// longestHarmless is up to where a name that may be none is printed: a good secret is longer.
const longestHarmless = 15

// harmless tells what looks like a name and can't be a secret that somebody put there.
func harmless(name string) bool {
	strange := func(r rune) bool { return r != '_' && r != '-' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') }
	return name != "" && len(name) <= longestHarmless && !strings.ContainsFunc(name, strange)
}

// nearest returns the field that a name was probably meant for: then it is no secret.
func (f fields) nearest(name string) string {
	nearest, least := "", most+1
	name = strings.ToLower(name)
	for field := range f {
		d := distance(name, field)
		if 2*d < len(field) && (d < least || d == least && field < nearest) {
			nearest, least = field, d
		}
	}
	return nearest
}

// most is how many wrong letters still leave a name recognisable.
const most = 2

// distance counts the letters to insert, remove or replace that make a out of b (Levenshtein). It doesn't bother where
// those are too many anyway.
func distance(a, b string) int {
	if len(a) > len(b)+most || len(b) > len(a)+most {
		return most + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
