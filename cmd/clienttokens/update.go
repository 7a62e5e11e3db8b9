// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/lifecycle"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

const updateHelp = `Changes what is given by flags, and nothing else. Collectors know of it at once;
a token's id and its secrets stay, and so does what is in the windows of its
limits.

A list is replaced as a whole: give all its entries. The word none takes a field
out (--origin none, --signal none, --origin-mode none, --spans-per-minute none,
--expires-in none); an empty text does so for --name, --memo and --environment.`

const updateExample = `  clienttokens update shop-web --spans-per-minute 12000 --expires-in none`

func (c *cli) updateCommand() *cobra.Command {
	var fields tokenFlags
	command := &cobra.Command{
		Use: "update ID", Short: "Change fields of a token", Long: updateHelp, Example: updateExample,
		Args: oneID, ValidArgsFunction: c.completeTokens,
	}
	fields.register(command.Flags())
	command.RunE = c.do(func(ctx context.Context, args []string) error {
		if len(fields.edits) == 0 {
			return misused(errNothingToChange)
		}
		return c.with(func(ctx context.Context, r *open, args []string) error {
			now := r.In(0)
			t, err := r.Update(ctx, lifecycle.Target{ID: args[0]}, func(t *token.Token) { fields.apply(t, now) })
			if err != nil {
				return err
			}
			return c.printToken(ctx, r, &t)
		})(ctx, args)
	})
	return command
}

var errNothingToChange = errors.New("nothing to change: give at least one field as a flag")
