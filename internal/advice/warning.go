// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package advice

import (
	"encoding/json"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// Kind is what a warning is about. It is a label of metrics and part of what programs read.
type Kind string

// The kinds. The first three can come up while nobody touches the token, and the last two come from its use; the others
// are for people who write one.
const (
	OldSecret Kind = "old_secret"
	Expiring  Kind = "expiring"
	LowLimit  Kind = "low_limit"

	AnyOrigin     Kind = "any_origin"
	Unbound       Kind = "unbound"
	OriginsReport Kind = "origins_report"
	NoLimit       Kind = "no_limit"

	Unused         Kind = "unused"
	HeavilyRefused Kind = "heavily_refused"
)

// Warning is one thing to look at.
type Warning struct {
	Kind Kind

	text, fix func() string
}

// Text says what is the matter, in one line.
func (w Warning) Text() string {
	return w.text()
}

// Fix says what to do about it: a command line of clienttokens, as a rule.
func (w Warning) Fix() string {
	return w.fix()
}

// MarshalJSON writes kind, text and fix.
func (w Warning) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Kind Kind   `json:"kind"`
		Text string `json:"text"`
		Fix  string `json:"fix"`
	}{w.Kind, w.Text(), w.Fix()})
}

func always(text string) func() string {
	return func() string { return text }
}

// command is a command line about a token.
func command(name string, t *token.Token, flags string) func() string {
	return func() string {
		line := "clienttokens " + name + " " + t.ID
		if flags != "" {
			line += " " + flags
		}
		return line
	}
}
