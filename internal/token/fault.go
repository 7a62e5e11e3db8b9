// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package token

import "strconv"

// Fault is a rule that a record breaks. Its texts never repeat a value, which could be a secret in the wrong place.
type Fault struct {
	Field   string // for example "secrets[1].sha256"
	Problem string
	Fix     string
}

// faults collects all that is wrong with a record, so that people can put it right in one go.
type faults []Fault

func (f *faults) add(field, problem, fix string) {
	*f = append(*f, Fault{field, problem, fix})
}

// addIf is for rules that need no more than one line.
func (f *faults) addIf(broken bool, field, problem, fix string) {
	if broken {
		f.add(field, problem, fix)
	}
}

func at(list string, i int) string {
	return list + "[" + strconv.Itoa(i) + "]"
}
