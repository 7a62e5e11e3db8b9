// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package strictyaml

import "reflect"

// Words say what a value should be, and how to write one.
type Words struct {
	What string // for example "a time"
	Fix  string // for example "write one such as 2026-01-31T00:00:00Z"
}

func (d *decoder) wordsFor(t reflect.Type) Words {
	own, ok := d.words[t]
	switch {
	case ok:
		return own
	case isTime(t):
		return Words{"a time", "write one such as 2026-01-31T00:00:00Z"}
	case isNumber(t):
		return Words{"a whole number", "write one such as 6000"}
	case t.Kind() == reflect.Bool:
		return Words{"true or false", "write one of the two"}
	default:
		return Words{"a text", "write one, in quotes if it has special characters"}
	}
}
