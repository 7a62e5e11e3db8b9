// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/advice"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// advised is a warning about a token, for programs.
type advised struct {
	Token string      `json:"token" yaml:"token"`
	Kind  advice.Kind `json:"kind"  yaml:"kind"`
	Text  string      `json:"text"  yaml:"text"`
	Fix   string      `json:"fix"   yaml:"fix"`
}

func advisedOf(t *token.Token, warnings []advice.Warning) []advised {
	var all []advised
	for _, w := range warnings {
		all = append(all, advised{t.ID, w.Kind, w.Text(), w.Fix()})
	}
	return all
}

// writeAdvice shows the warnings about one token, if there are any.
func (c *cli) writeAdvice(w io.Writer, t *token.Token, owner *token.Organization) {
	for _, a := range advisedOf(t, advice.For(t, owner, c.now())) {
		put(w, "\n")
		c.writeLines(w, "Warning: "+a.Text, a.Fix)
	}
}

// writeList shows warnings about several tokens.
func (c *cli) writeList(w io.Writer, all []advised) {
	for _, a := range all {
		c.writeLines(w, fmt.Sprintf("%s: %s", a.Token, a.Text), a.Fix)
	}
}

// say writes a paragraph.
func (c *cli) say(w io.Writer, format string, args ...any) {
	for _, line := range wrap(plain(fmt.Sprintf(format, args...)), c.width) {
		put(w, "%s\n", line)
	}
}

func (c *cli) writeLines(w io.Writer, text, fix string) {
	c.say(w, "%s", text)
	const margin = "  → "
	indent := margin
	for _, line := range wrap(plain(fix), c.width-len("    ")) {
		put(w, "%s\n", indent+line)
		indent = strings.Repeat(" ", len("    "))
	}
}

// owners are the organizations of a registry by their ids.
type owners map[string]*token.Organization

func ownersOf(contents *registry.Contents) owners {
	all := make(owners, len(contents.Organizations))
	for _, o := range contents.Organizations {
		all[o.ID] = o.Organization
	}
	return all
}
