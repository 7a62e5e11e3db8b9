// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/duration"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// none takes a field out of a record.
const none = "none"

// tokenFlags are the fields of a token on the command line. What is given becomes an edit; what isn't stays.
type tokenFlags struct {
	edits   []func(t *token.Token, now time.Time)
	origins []string
	signals []token.Signal
}

// now is to the second, as records are.
func (f *tokenFlags) apply(t *token.Token, now time.Time) {
	for _, edit := range f.edits {
		edit(t, now)
	}
}

func (f *tokenFlags) add(edit func(t *token.Token, now time.Time)) {
	f.edits = append(f.edits, edit)
}

func (f *tokenFlags) register(flags *pflag.FlagSet) {
	f.text(flags, "organization", "ID", "that owns it", func(t *token.Token, v string) { t.Organization = v })
	f.text(flags, "name", "TEXT", "for people", func(t *token.Token, v string) { t.Name = v })
	f.text(flags, "memo", "TEXT", "for people, longer", func(t *token.Token, v string) { t.Memo = v })
	f.text(flags, "kind", "KIND", "web, mobile or remote_write", func(t *token.Token, v string) { t.Kind = token.Kind(v) })
	f.text(flags, "environment", "NAME", "such as production, to be stamped on data",
		func(t *token.Token, v string) { t.Environment = v })
	take(flags, "origin", "PATTERN", "an origin it is allowed from; once for each", f.origin)
	take(flags, "signal", "SIGNAL", "traces, metrics, logs, profiles; once for each", f.signal)
	f.text(flags, "origin-mode", "MODE", "enforce, or report to admit and count", f.originMode)
	f.limit(flags, "spans-per-minute", "its limit", func(t *token.Token, n *int64) { t.SpansPerMinute = n })
	f.limit(flags, "client-spans-per-minute", "limit of each client address",
		func(t *token.Token, n *int64) { t.ClientSpansPerMinute = n })
	take(flags, "expires-in", "TIME", "such as 90d, 2w, 12h", f.expiry)
}

func (*tokenFlags) originMode(t *token.Token, value string) {
	t.OriginMode = token.OriginMode(value)
	if value == none {
		t.OriginMode = ""
	}
}

func (f *tokenFlags) text(flags *pflag.FlagSet, flag, name, help string, set func(t *token.Token, value string)) {
	take(flags, flag, name, help, func(value string) error {
		f.add(func(t *token.Token, _ time.Time) { set(t, value) })
		return nil
	})
}

func (f *tokenFlags) limit(flags *pflag.FlagSet, flag, help string, set func(t *token.Token, n *int64)) {
	take(flags, flag, "N", help, func(value string) error {
		n, err := parseLimit(value)
		f.add(func(t *token.Token, _ time.Time) { set(t, n) })
		return err
	})
}

// parseLimit leaves it to validation which numbers a limit can be.
func parseLimit(value string) (*int64, error) {
	if value == none {
		return nil, nil
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return nil, errors.New("write a number, or none for no limit; 0 admits nothing")
	}
	return &n, nil
}

func (f *tokenFlags) origin(value string) error {
	list, err := appendOr(f.origins, value)
	f.origins = list
	f.add(func(t *token.Token, _ time.Time) { t.AllowedOrigins = list })
	return err
}

// signal takes several in one flag, too.
func (f *tokenFlags) signal(value string) error {
	for one := range strings.SplitSeq(value, ",") {
		list, err := appendOr(f.signals, token.Signal(one))
		if err != nil {
			return err
		}
		f.signals = list
	}
	list := f.signals
	f.add(func(t *token.Token, _ time.Time) { t.Signals = list })
	return nil
}

// appendOr makes no list of none, which stands alone.
func appendOr[S ~string](list []S, value S) ([]S, error) {
	if value == none && len(list) == 0 {
		return nil, nil
	}
	if value == none {
		return nil, errors.New("none stands alone")
	}
	return append(slices.Clip(list), value), nil
}

func (f *tokenFlags) expiry(value string) error {
	if value == none {
		f.add(func(t *token.Token, _ time.Time) { t.ExpiresAt = time.Time{} })
		return nil
	}
	d, err := duration.Parse(value)
	if err == nil && d < time.Second {
		err = errors.New("write a time to come, or none if it shall never expire")
	}
	f.add(func(t *token.Token, now time.Time) { t.ExpiresAt = now.Add(d) })
	return err
}
