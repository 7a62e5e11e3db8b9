// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/lifecycle"
)

func (c *cli) disableCommand() *cobra.Command {
	const done = "Disabled token %s: collectors refuse it from now on. To admit it again:"
	return c.switchCommand("disable ID", "Have a token refused until it is enabled again", func(
		ctx context.Context, r *open, target lifecycle.Target,
	) error {
		t, err := r.Disable(ctx, target)
		if err != nil {
			return err
		}
		return c.print(t, func(w io.Writer) {
			c.say(w, done, t.ID)
			put(w, "\n  clienttokens enable %s\n", t.ID)
		})
	})
}

func (c *cli) enableCommand() *cobra.Command {
	return c.switchCommand("enable ID", "Admit a disabled token again", func(
		ctx context.Context, r *open, target lifecycle.Target,
	) error {
		t, err := r.Enable(ctx, target)
		if err != nil {
			return err
		}
		return c.print(t, func(w io.Writer) { c.say(w, "Enabled token %s.", t.ID) })
	})
}

func (c *cli) switchCommand(
	use, short string, act func(ctx context.Context, r *open, target lifecycle.Target) error,
) *cobra.Command {
	command := &cobra.Command{Use: use, Short: short, Args: oneID, ValidArgsFunction: c.completeTokens}
	command.RunE = c.do(c.with(func(ctx context.Context, r *open, args []string) error {
		return act(ctx, r, lifecycle.Target{ID: args[0]})
	}))
	return command
}
