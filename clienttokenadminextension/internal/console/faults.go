// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"errors"
	"strconv"
	"strings"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/lifecycle"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// faults are what is wrong with the fields of a form, by name.
type faults map[string][]string

// faultsOf takes what is wrong out of an error: there are fields to be mended then, and the form is shown again.
func faultsOf(err error) (faults, bool) {
	invalid, ok := errors.AsType[*lifecycle.InvalidError](err)
	if !ok {
		conflict, exists := errors.AsType[*registry.ConflictError](err)
		if exists && conflict.Problem == registry.ConflictExists {
			return faults{"id": {"is taken already: choose another one. If you have sent the form twice, all is well: it is " +
				"there, once; only its secret isn't shown again"}}, true
		}
		return nil, false
	}
	f := faults{}
	for _, x := range invalid.Faults {
		f.add(x.Field, x.Problem, x.Fix)
	}
	return f, true
}

// add notes a fault of a field, of an entry of one, or of a field of an entry. What is said of the keys of a file is said
// of fields.
func (f faults) add(field, problem, fix string) {
	name, _, _ := strings.Cut(field[strings.LastIndex(field, ".")+1:], "[")
	text := problem
	if fix != "" {
		text += ": " + strings.ReplaceAll(fix, "drop the key", "leave it empty")
	}
	f[name] = append(f[name], text)
}

// number reads a limit; nil is none. What is no number becomes a fault of the field.
func (f faults) number(field, text string) *int64 {
	if text == "" {
		return nil
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(text, ",", ""), 10, 64)
	if err != nil {
		f.add(field, "is not a whole number", "write digits, or leave it empty for no limit")
		return nil
	}
	return &n
}
