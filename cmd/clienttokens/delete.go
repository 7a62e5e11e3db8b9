// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/lifecycle"
)

const deleteHelp = `Deletes a token for good: collectors refuse it from now on, and no secret of it
can be brought back. To have it refused for a while: clienttokens disable ID.

On a terminal it asks for the id once more, unless --yes is there.`

func (c *cli) deleteCommand() *cobra.Command {
	var yes bool
	command := &cobra.Command{
		Use: "delete ID", Short: "Delete a token for good", Long: deleteHelp,
		Args: oneID, ValidArgsFunction: c.completeTokens,
	}
	command.Flags().BoolVar(&yes, "yes", false, "don't ask")
	command.RunE = c.do(func(ctx context.Context, args []string) error {
		if err := c.confirm(yes, "token", args[0]); err != nil {
			return err
		}
		return c.with(c.delete)(ctx, args)
	})
	return command
}

func (c *cli) delete(ctx context.Context, r *open, args []string) error {
	t, err := r.Delete(ctx, lifecycle.Target{ID: args[0]})
	if err != nil {
		return err
	}
	return c.done(func(w io.Writer) { c.say(w, "Deleted token %s: collectors refuse it from now on.", t.ID) })
}

// done tells people, and programs nothing: there is no record to show.
func (c *cli) done(people func(io.Writer)) error {
	if c.output == formatTable {
		people(c.out)
	}
	return nil
}
