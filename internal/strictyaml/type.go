// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package strictyaml

import (
	"reflect"
	"time"
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

// isNumber tells the only numbers there are: nil is none, which isn't 0.
func isNumber(t reflect.Type) bool {
	return t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Int64
}
