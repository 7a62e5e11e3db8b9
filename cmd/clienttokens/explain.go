// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

const explainHelp = `Says what becomes of a request, and which rule decides, with the code that
collectors use and their default settings. Limits are not looked at. If it would
be refused the exit code is 7.

The token is named by its secret, or by its id, for whoever doesn't have the
secret. The command line of a process can be seen by others on the machine:
- reads the secret from the standard input.`

const explainExample = `  clienttokens explain --id shop-web --origin https://shop.example.com
  clienttokens explain - --path /v1/logs < secret.txt`

func (c *cli) explainCommand() *cobra.Command {
	q := &question{}
	command := &cobra.Command{
		Use: "explain {--token SECRET | --id ID | -}", Short: "Say whether a request would be refused, and by which rule",
		Long: explainHelp, Example: explainExample,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 || len(args) == 1 && args[0] != standardInput {
				return errors.New("name the token by --token SECRET or --id ID, or write - to read its secret from the standard input")
			}
			return nil
		},
	}
	q.register(command.Flags())
	_ = command.RegisterFlagCompletionFunc("id", func(
		command *cobra.Command, _ []string, typed string,
	) ([]string, cobra.ShellCompDirective) {
		return c.completeTokens(command, nil, typed)
	})
	command.RunE = c.do(func(ctx context.Context, args []string) error {
		if err := q.complete(c.in, len(args) == 1, command.Flags().Changed("token")); err != nil {
			return err
		}
		return c.with(func(ctx context.Context, r *open, _ []string) error { return c.explain(ctx, r, q) })(ctx, args)
	})
	return command
}

func (c *cli) explain(ctx context.Context, r *open, q *question) error {
	contents, err := r.Contents(ctx)
	if err != nil {
		return err
	}
	tokens, err := c.tokensOf(ctx, contents, q)
	if err != nil {
		return err
	}
	e := q.ask(tokens, c.now)
	e.owners = ownersOf(contents)
	answer := e.answer()
	if err := c.print(answer, func(w io.Writer) { c.writeAnswer(w, answer) }); err != nil {
		return err
	}
	if !answer.Admitted {
		return silentError(exitRefused)
	}
	return nil
}

func (c *cli) writeAnswer(w io.Writer, a answer) {
	for _, s := range a.Steps {
		head := fmt.Sprintf("%-8s  %-8s  ", s.Result, s.Rule)
		for _, line := range wrap(plain(s.Text), c.width-len(head)) {
			put(w, "%s\n", strings.TrimRight(head+line, " "))
			head = strings.Repeat(" ", len(head))
		}
	}
	for _, line := range wrap("\n"+a.sentence(), c.width) {
		put(w, "\n%s", line)
	}
	put(w, "\n")
}
