// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
)

const watchHelp = `Prints changes of the registry as they happen, a line each, until Ctrl-C: what
was created, changed, disabled, enabled, rotated and deleted. The actions failed
and recovered tell whether the registry can be read.

With -o json each line is an object with time, action, kind, id, and where they
are known by, fields and error.`

func (c *cli) watchCommand() *cobra.Command {
	command := &cobra.Command{Use: "watch", Short: "Print changes as they happen", Long: watchHelp, Args: noArguments}
	command.RunE = c.do(c.watch)
	return command
}

// watch has no timeout: it ends when it is told to.
func (c *cli) watch(ctx context.Context, _ []string) error {
	store, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	source := store.Source()
	defer source.Close()
	if err := source.Start(ctx, &news{now: c.now, tell: c.tell}); err != nil {
		return reachable{store}.tell(err)
	}
	put(c.err, "Watching %s. Ctrl-C ends.\n", plain(store.String()))
	<-ctx.Done()
	return nil
}

// tell prints an event: JSON for programs, whether they like YAML or not, since events are lines.
func (c *cli) tell(e event) {
	if c.output != formatTable {
		text, err := json.Marshal(e)
		if err != nil {
			return // nothing in an event fails
		}
		put(c.out, "%s\n", text)
		return
	}
	what := plainLines(e.Error)
	if e.Kind != "" {
		what = plain(e.Kind + " " + e.ID)
	}
	line := fmt.Sprintf("%s  %-9s  %s", e.Time.Local().Format("15:04:05"), e.Action, what)
	if e.By != "" {
		line += "  by " + plain(e.By)
	}
	if e.Action == audit.Changed {
		line += "  (" + strings.Join(e.Fields, ", ") + ")"
	}
	put(c.out, "%s\n", strings.TrimRight(line, " "))
}
