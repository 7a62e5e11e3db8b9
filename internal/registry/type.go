// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"reflect"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// isRecord tells records, which are decoded field by field, from times, which are structs, too.
func isRecord(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && !isTime(t)
}

func isTime(t reflect.Type) bool {
	return t == reflect.TypeFor[time.Time]()
}

func isRecords(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && isRecord(t.Elem())
}

// isNumber tells limits, the only numbers there are.
func isNumber(t reflect.Type) bool {
	return t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Int64
}

// expected says in words what a value should be, and how to write one.
func expected(t reflect.Type) (what, fix string) {
	switch {
	case isTime(t):
		return "a time", "write one such as 2026-01-31T00:00:00Z"
	case t == reflect.TypeFor[token.Digest]():
		return "a SHA-256", "write its 64 hexadecimal digits"
	case isNumber(t):
		return "a whole number", "write one such as 6000"
	case t.Kind() == reflect.Bool:
		return "true or false", "write one of the two"
	default:
		return "a text", "write one, in quotes if it has special characters"
	}
}
