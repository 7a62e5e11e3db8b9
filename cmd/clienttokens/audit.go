// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/amount"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/duration"
)

const auditHelp = `Shows who did what, when, from where, and how it was before and after, the
newest first: by this command (cli:USER), over the API, and by editing the file
(file). Secrets are told by their last characters and dates only.

A table shows the last 50 unless --limit says otherwise, -o json and -o yaml all
that is kept: at least the last 1,000 of each organization, and of one that is
deleted for 90 days; of a Redis without --organization, the last 10,000 of all.`

const auditExample = `  clienttokens audit --token shop-web --since 7d
  clienttokens audit -o json > audit.json`

// longestValue of a field, in cells, is shown.
const longestValue = 40

// shownEntries are enough for a first look.
const shownEntries = 50

func (c *cli) auditCommand() *cobra.Command {
	var q audit.Query
	var since time.Duration
	limit := -1
	command := &cobra.Command{
		Use: "audit", Short: "Show who did what", Long: auditHelp, Example: auditExample, Args: noArguments,
	}
	flags := command.Flags()
	takeText(flags, &q.Organization, "organization", "ID", "only what was done to it and its tokens")
	takeText(flags, &q.Token, "token", "ID", "only what was done to it")
	take(flags, "since", "TIME", "only the last, such as 24h or 7d", func(text string) (err error) {
		since, err = duration.Parse(text)
		if err == nil && since == 0 {
			err = errors.New("write a duration above 0, for example 24h")
		}
		return err
	})
	take(flags, "limit", "N", "at most so many; 0: all", func(text string) (err error) {
		if limit, err = strconv.Atoi(text); err != nil || limit < 0 {
			return errors.New("write a number, or 0 for all")
		}
		return nil
	})
	_ = command.RegisterFlagCompletionFunc("token", func(
		command *cobra.Command, _ []string, typed string,
	) ([]string, cobra.ShellCompDirective) {
		return c.completeTokens(command, nil, typed)
	})
	command.RunE = c.do(c.with(func(ctx context.Context, r *open, _ []string) error {
		if since > 0 {
			q.Since = c.now().Add(-since)
		}
		q.Limit = max(limit, 0)
		if limit < 0 && c.output == formatTable {
			q.Limit = shownEntries + 1
		}
		return c.audit(ctx, r, q, limit < 0)
	}))
	return command
}

func (c *cli) audit(ctx context.Context, r *open, q audit.Query, cut bool) error {
	entries, err := entriesOf(ctx, r, q)
	if err != nil {
		return err
	}
	return c.print(entries, func(w io.Writer) {
		more := cut && len(entries) > shownEntries
		if more {
			entries = entries[:shownEntries]
		}
		writeAudit(w, entries, c.width)
		if more {
			put(w, "\nThere is more: --limit 0 shows all.\n")
		}
	})
}

// entriesOf looks for what was done to a token where its organizations keep their own, which others can't push out.
func entriesOf(ctx context.Context, r *open, q audit.Query) ([]audit.Entry, error) {
	if q.Token != "" && q.Organization == "" {
		if t, err := r.Token(ctx, q.Token); err == nil {
			return historyOf(ctx, r, q, t.Organization)
		}
	}
	return r.Audit(ctx, q)
}

// historyOf goes back from the organization of a token to those that it has come from.
func historyOf(ctx context.Context, log audit.Log, q audit.Query, organization string) ([]audit.Entry, error) {
	of := []string{organization}
	all := map[audit.ID]audit.Entry{} // both organizations have a move
	for i := 0; i < len(of); i++ {
		q.Organization = of[i]
		entries, err := log.Audit(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			all[e.ID] = e
			for _, id := range e.Organizations() {
				if !slices.Contains(of, id) {
					of = append(of, id)
				}
			}
		}
	}
	q.Organization = ""
	return q.Select(slices.Collect(maps.Values(all))), nil
}

func writeAudit(w io.Writer, entries []audit.Entry, width int) {
	if len(entries) == 0 {
		put(w, "Nothing is known to have been done.\n")
		return
	}
	t := table{columns: []column{
		{title: "WHEN (UTC)"},
		{title: "ACTION"},
		{title: "RECORD"},
		{title: "BY", turn: 1, least: 8},
		{title: "FROM", turn: 1, least: 8},
	}}
	for i := range entries {
		e := &entries[i]
		record := strings.TrimSpace(string(e.Kind) + " " + e.Record)
		t.add(e.At.UTC().Format("2006-01-02 15:04"), string(e.Action), record, e.By, e.From)
		t.remark(details(e))
	}
	t.write(w, width)
}

// details are what an action doesn't say by itself.
func details(e *audit.Entry) string {
	switch {
	case e.Counts != nil:
		return fmt.Sprintf("%s created, %s changed, %s deleted",
			amount.Grouped(int64(e.Counts.Created)), amount.Grouped(int64(e.Counts.Changed)), amount.Grouped(int64(e.Counts.Deleted)))
	case e.Kind == audit.KindRegistry:
		return "of which records is not known"
	case e.Action == audit.Created, e.Action == audit.Imported, e.Action == audit.Deleted:
		return ""
	}
	var all []string
	for _, name := range e.Fields() {
		switch {
		case name == "disabled" && e.Action != audit.Changed, name == "secrets" && e.Action == audit.Rotated:
		default:
			all = append(all, name+difference(e.Before[name], e.After[name]))
		}
	}
	return strings.Join(all, ", ")
}

// difference is empty for lists.
func difference(before, after json.RawMessage) string {
	was, is := valueOf(before), valueOf(after)
	if was == "" || is == "" {
		return ""
	}
	return ": " + was + " → " + is
}

// valueOf returns a simple value as a person would write it.
func valueOf(raw json.RawMessage) string {
	var value any
	switch _ = json.Unmarshal(raw, &value); v := value.(type) {
	case nil:
		return none
	case string:
		return shorten(v, longestValue)
	case float64, bool:
		return string(raw)
	default:
		return ""
	}
}
