// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import "github.com/spf13/pflag"

// value is a flag that can be given again and again. Help shows what it is called: --id ID.
type value struct {
	name string
	set  func(string) error
	text string // the default, for help
}

// Set implements pflag.Value.
func (v *value) Set(text string) error { return v.set(text) }

// String implements pflag.Value.
func (v *value) String() string { return v.text }

// Type implements pflag.Value.
func (v *value) Type() string { return v.name }

func take(flags *pflag.FlagSet, flag, name, help string, set func(string) error) {
	flags.Var(&value{name: name, set: set}, flag, help)
}

// takeText keeps the last text given.
func takeText(flags *pflag.FlagSet, to *string, flag, name, help string) {
	flags.Var(&value{name: name, text: *to, set: func(text string) error {
		*to = text
		return nil
	}}, flag, help)
}
