// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// patch sets the fields of a record, a pointer to a struct, that a JSON object names; null takes one away. It returns
// everything that is wrong with single fields, in the order of the object. The error is about the object as a whole.
// The record shares nothing with what it held before that could be written through.
func patch(text []byte, record any, names []string) ([]registry.Fault, error) {
	members, err := membersOf(text)
	if err != nil {
		return nil, err
	}
	fields := fieldsOf(record, names)
	var faults []registry.Fault
	for i, m := range members {
		field, known := fields[m.name]
		switch {
		case slices.ContainsFunc(members[:i], func(other member) bool { return other.name == m.name }):
			faults = append(faults, registry.Fault{Field: safe(m.name), Problem: "is there twice", Fix: "remove one of them"})
		case !known:
			faults = append(faults, registry.Fault{
				Field: safe(m.name), Problem: "is not a field that can be set here",
				Fix: "remove it; there are " + strings.Join(names, ", "),
			})
		default:
			faults = append(faults, set(field, m)...)
		}
	}
	return faults, nil
}

// member is a name and a value of a JSON object.
type member struct {
	name  string
	value json.RawMessage
}

var errNoObject = errors.New("it must begin with { and end with }")

// membersOf takes an object apart, without losing those that are there twice.
func membersOf(text []byte) ([]member, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return nil, errNoObject
	}
	var members []member
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		m := member{name: name.(string)}
		if err := d.Decode(&m.value); err != nil {
			return nil, err
		}
		members = append(members, m)
	}
	if _, err := d.Token(); err != nil {
		return nil, errNoObject
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows it")
	}
	return members, nil
}

// fieldsOf returns the fields with these JSON names.
func fieldsOf(record any, names []string) map[string]reflect.Value {
	value := reflect.ValueOf(record).Elem()
	fields := map[string]reflect.Value{}
	for i := range value.NumField() {
		name, _, _ := strings.Cut(value.Type().Field(i).Tag.Get("json"), ",")
		if slices.Contains(names, name) {
			fields[name] = value.Field(i)
		}
	}
	return fields
}

func set(field reflect.Value, m member) []registry.Fault {
	value := reflect.New(field.Type())
	decoder := json.NewDecoder(bytes.NewReader(m.value))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(value.Interface()); err != nil {
		problem := "is not " + whatIs(field.Type())
		return []registry.Fault{{Field: m.name, Problem: problem, Fix: "correct it, or write null for none"}}
	}
	field.Set(value.Elem())
	return nil
}

// whatIs says what a value has to be, in words.
func whatIs(t reflect.Type) string {
	if t == reflect.TypeFor[time.Time]() {
		return "a time such as 2030-01-31T00:00:00Z"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return whatIs(t.Elem())
	case reflect.Slice:
		return "a list, of which each is " + whatIs(t.Elem())
	case reflect.Struct:
		return "an object with no other fields than the described"
	case reflect.Bool:
		return "true or false"
	case reflect.Int64:
		return "a whole number"
	default:
		return "a text"
	}
}

// safe keeps what is repeated short: a name that nobody knows could be anything.
func safe(name string) string {
	const longest = 40
	if len(name) > longest {
		return strings.ToValidUTF8(name[:longest], "") + "…"
	}
	return name
}
