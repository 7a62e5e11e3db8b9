// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/advice"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/amount"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

const listHelp = `Lists the tokens, in the order of their ids.

With --warnings it lists what should be looked at instead: secrets older than 90
days, expiry within 14 days, and limits below the 512 spans that a stock SDK
sends in a batch.`

func (c *cli) listCommand() *cobra.Command {
	var organization string
	var warnings bool
	command := &cobra.Command{Use: "list", Short: "List tokens", Long: listHelp, Args: noArguments}
	takeText(command.Flags(), &organization, "organization", "ID", "only its tokens")
	command.Flags().BoolVar(&warnings, "warnings", false, "list what should be looked at instead")
	command.RunE = c.do(c.with(func(ctx context.Context, r *open, _ []string) error {
		contents, err := r.Contents(ctx)
		if err != nil {
			return err
		}
		l, err := c.listing(contents, organization)
		if err != nil {
			return err
		}
		if warnings {
			return c.print(l.warnings, l.writeWarnings)
		}
		return c.print(l.tokens, l.write)
	}))
	return command
}

// listing is the tokens to be listed.
type listing struct {
	*cli
	organization string
	tokens       []*token.Token
	warnings     []advised
}

func (c *cli) listing(contents *registry.Contents, organization string) (*listing, error) {
	if _, known := contents.Organization(organization); organization != "" && !known {
		return nil, &registry.NotFoundError{Kind: "organization", ID: organization}
	}
	l := &listing{cli: c, organization: organization, tokens: []*token.Token{}, warnings: []advised{}}
	owners := ownersOf(contents)
	for _, t := range contents.Tokens {
		if organization == "" || t.Organization == organization {
			l.tokens = append(l.tokens, t.Token)
			l.warnings = append(l.warnings, advisedOf(t.Token, advice.For(t.Token, owners[t.Organization], c.now()))...)
		}
	}
	return l, nil
}

func (l *listing) write(w io.Writer) {
	if len(l.tokens) == 0 {
		put(w, "There are no tokens: see clienttokens create --help\n")
		return
	}
	t := table{columns: []column{
		{title: "ID"},
		{title: "ORGANIZATION", turn: 2, least: 8},
		{title: "NAME", turn: 1, least: 8},
		{title: "KIND"},
		{title: "ENV", turn: 1, least: 4},
		{title: "SPANS/MIN", right: true},
		{title: "STATE"},
	}}
	for _, x := range l.tokens {
		organization := x.Organization
		if l.organization != "" {
			organization = "" // all the same
		}
		t.add(x.ID, organization, x.Name, string(x.Kind), x.Environment, limitCell(x.SpansPerMinute), state(x, l.now()))
	}
	t.write(w, l.width)
	if len(l.warnings) > 0 {
		put(w, "\n%s: clienttokens list --warnings\n", count(len(l.warnings), "warning"))
	}
}

func (l *listing) writeWarnings(w io.Writer) {
	if len(l.warnings) == 0 {
		put(w, "There are no warnings.\n")
		return
	}
	l.writeList(w, l.warnings)
}

// limitCell is empty where there is no limit of its own.
func limitCell(spans *int64) string {
	if spans == nil {
		return ""
	}
	return amount.Grouped(*spans)
}

// state is a token's in a word or two.
func state(t *token.Token, now time.Time) string {
	switch end := advice.End(t); {
	case t.Disabled:
		return "disabled"
	case !end.IsZero() && !now.Before(end):
		return "expired"
	case !end.IsZero() && end.Sub(now) <= advice.Notice:
		return "ends in " + brief(end.Sub(now))
	case len(advice.Living(t, now)) > 1:
		return "rotating"
	default:
		return "active"
	}
}
