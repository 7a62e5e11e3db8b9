// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/amount"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

func (c *cli) showCommand() *cobra.Command {
	command := &cobra.Command{
		Use: "show ID", Short: "Show all about a token but its secret", Args: oneID, ValidArgsFunction: c.completeTokens,
	}
	command.RunE = c.do(c.with(func(ctx context.Context, r *open, args []string) error {
		t, err := r.Token(ctx, args[0])
		if err != nil {
			return err
		}
		return c.printToken(ctx, r, t.Token)
	}))
	return command
}

func (c *cli) printToken(ctx context.Context, r *open, t *token.Token) error {
	owner := ownerOf(ctx, r, t)
	return c.print(t, func(w io.Writer) {
		c.tokenSheet(t, owner).write(w, c.width)
		c.writeAdvice(w, t, owner)
	})
}

func (c *cli) tokenSheet(t *token.Token, owner *token.Organization) *sheet {
	s := &sheet{}
	s.add("id", t.ID)
	s.add("state", state(t, c.now()))
	s.add("organization", organizationLine(t, owner))
	s.add("name", t.Name)
	s.add("memo", t.Memo)
	s.add("kind", string(t.Kind))
	s.add("environment", t.Environment)
	s.add("origins", originLines(t)...)
	s.add("origin mode", string(t.OriginMode))
	s.add("signals", signalsLine(t))
	s.add("limits", limitLines(t, owner)...)
	s.add("secrets", c.secretLines(t)...)
	s.add("created", c.createdLine(t))
	s.add("expires", c.expiryLine(t.ExpiresAt))
	return s
}

func organizationLine(t *token.Token, owner *token.Organization) string {
	if owner == nil {
		return t.Organization
	}
	return nameOfOrganization(owner)
}

func nameOfOrganization(o *token.Organization) string {
	if o.Name == "" {
		return o.ID
	}
	return o.ID + " (" + o.Name + ")"
}

func originLines(t *token.Token) []string {
	if t.AllowedOrigins == nil && t.Kind != token.KindRemoteWrite {
		return []string{"not bound to any"}
	}
	return t.AllowedOrigins
}

func signalsLine(t *token.Token) string {
	var names []string
	for _, s := range t.SignalsOrDefault() {
		names = append(names, string(s))
	}
	return strings.Join(names, ", ")
}

func limitLines(t *token.Token, owner *token.Organization) []string {
	lines := []string{"no limit of its own"}
	if t.SpansPerMinute != nil {
		lines[0] = limitLine(*t.SpansPerMinute, "")
	}
	if t.ClientSpansPerMinute != nil {
		lines = append(lines, limitLine(*t.ClientSpansPerMinute, " for each client"))
	}
	if owner != nil && owner.SpansPerMinute != nil {
		lines = append(lines, limitLine(*owner.SpansPerMinute, " for all tokens of the organization"))
	}
	return lines
}

func limitLine(spans int64, whom string) string {
	line := amount.Grouped(spans) + " spans a minute" + whom
	if spans == 0 {
		line += ": nothing is admitted"
	}
	return line
}

// secretLines tell secrets apart by their last characters, where these are known.
func (c *cli) secretLines(t *token.Token) []string {
	var lines []string
	for _, s := range t.Secrets {
		name := "no hint"
		if s.Hint != "" {
			name = "…" + s.Hint
		}
		line := name
		if !s.CreatedAt.IsZero() {
			line += ", created " + dateOf(s.CreatedAt)
		}
		if end := s.ExpiresAt; !end.IsZero() {
			word := ", works until "
			if s.Expired(c.now()) {
				word = ", worked until "
			}
			line += word + momentOf(end) + " (" + distance(c.now(), end) + ")"
		}
		lines = append(lines, line)
	}
	return lines
}

func (c *cli) createdLine(t *token.Token) string {
	line := ""
	if !t.CreatedAt.IsZero() {
		line = dateOf(t.CreatedAt) + " (" + distance(c.now(), t.CreatedAt) + ")"
	}
	if t.CreatedBy != "" {
		line = strings.TrimSpace(line + " by " + t.CreatedBy)
	}
	return line
}

func (c *cli) expiryLine(end time.Time) string {
	if end.IsZero() {
		return "never"
	}
	return momentOf(end) + " (" + distance(c.now(), end) + ")"
}
