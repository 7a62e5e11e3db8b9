// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"github.com/spf13/pflag"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// organizationFlags are the fields of an organization on the command line. What is given becomes an edit.
type organizationFlags struct{ edits []func(*token.Organization) }

func (f *organizationFlags) register(flags *pflag.FlagSet) {
	take(flags, "name", "TEXT", "for people", func(value string) error {
		f.edits = append(f.edits, func(o *token.Organization) { o.Name = value })
		return nil
	})
	take(flags, "spans-per-minute", "N", "limit of all its tokens together", func(value string) error {
		n, err := parseLimit(value)
		f.edits = append(f.edits, func(o *token.Organization) { o.SpansPerMinute = n })
		return err
	})
}

func (f *organizationFlags) apply(o *token.Organization) {
	for _, edit := range f.edits {
		edit(o)
	}
}
