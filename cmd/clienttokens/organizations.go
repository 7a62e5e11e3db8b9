// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/amount"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

func (c *cli) listOrganizations() *cobra.Command {
	command := &cobra.Command{Use: "list", Short: "List organizations", Args: noArguments}
	command.RunE = c.do(c.with(func(ctx context.Context, r *open, _ []string) error {
		contents, err := r.Contents(ctx)
		if err != nil {
			return err
		}
		list := []*token.Organization{}
		for _, o := range contents.Organizations {
			list = append(list, o.Organization)
		}
		return c.print(list, func(w io.Writer) { writeOrganizations(w, contents, c.width) })
	}))
	return command
}

func writeOrganizations(w io.Writer, contents *registry.Contents, width int) {
	if len(contents.Organizations) == 0 {
		put(w, "There are no organizations: see clienttokens organization create --help\n")
		return
	}
	tokens := make(map[string]int, len(contents.Organizations))
	for _, t := range contents.Tokens {
		tokens[t.Organization]++
	}
	t := table{columns: []column{
		{title: "ID"},
		{title: "NAME", turn: 1, least: 12},
		{title: "SPANS/MIN", right: true},
		{title: "TOKENS", right: true},
	}}
	for _, o := range contents.Organizations {
		t.add(o.ID, o.Name, limitCell(o.SpansPerMinute), amount.Grouped(int64(tokens[o.ID])))
	}
	t.write(w, width)
}

func (c *cli) showOrganization() *cobra.Command {
	command := &cobra.Command{
		Use: "show ID", Short: "Show all about an organization", Args: oneID, ValidArgsFunction: c.completeOrganizations,
	}
	command.RunE = c.do(c.with(func(ctx context.Context, r *open, args []string) error {
		o, err := r.Organization(ctx, args[0])
		if err != nil {
			return err
		}
		return c.printOrganization(o.Organization)
	}))
	return command
}

func (c *cli) printOrganization(o *token.Organization) error {
	return c.print(o, func(w io.Writer) {
		s := &sheet{}
		s.add("id", o.ID)
		s.add("name", o.Name)
		limit := "none"
		if o.SpansPerMinute != nil {
			limit = limitLine(*o.SpansPerMinute, " for all its tokens")
		}
		s.add("limit", limit)
		s.add("members", memberLines(o)...)
		s.write(w, c.width)
	})
}

func memberLines(o *token.Organization) []string {
	var lines []string
	for _, m := range o.Members {
		line := fmt.Sprintf("%s, %s", m.User, m.Role)
		if m.Email != "" && m.Email != m.User {
			line += ", " + m.Email
		}
		lines = append(lines, line)
	}
	return lines
}
