// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/lifecycle"
)

// message is what is said about an error.
func (c *cli) message(line *cobra.Command, err error) string {
	if err == nil || is[silentError](err) {
		return ""
	}
	text := "clienttokens: " + strings.TrimSpace(err.Error())
	if invalid, ok := errors.AsType[*lifecycle.InvalidError](err); ok {
		text = "clienttokens: " + byFlags(invalid)
	}
	if is[usageError](err) {
		text += "\nSee: " + line.CommandPath() + " --help"
	}
	return withoutSecrets(plainLines(text))
}

// byFlags names the faults of a record by the flags that set the fields.
func byFlags(e *lifecycle.InvalidError) string {
	named := &lifecycle.InvalidError{Record: e.Record}
	for _, f := range e.Faults {
		f.Field = flagOf(f.Field)
		f.Fix = strings.ReplaceAll(f.Fix, "drop the key", "leave it out")
		named.Faults = append(named.Faults, f)
	}
	return named.Error()
}

var entry = regexp.MustCompile(`^(\w+)\[\d+\]$`)

// flagOf leaves the entry of a list out: what is said about it quotes it, or names it by its place.
func flagOf(field string) string {
	if found := entry.FindStringSubmatch(field); found != nil {
		field = found[1]
	}
	switch field {
	case "allowed_origins":
		return "--origin"
	case "signals":
		return "--signal"
	case "expires_at":
		return "--expires-in"
	case "created_by":
		return "the user's name"
	}
	return "--" + strings.ReplaceAll(field, "_", "-")
}

var secretInText = regexp.MustCompile(`\bct[0-9A-Za-z]{62}\b`)

// withoutSecrets keeps a secret in the wrong place of a command line out of what goes to logs of scripts.
func withoutSecrets(text string) string {
	return secretInText.ReplaceAllString(text, "ct…")
}
