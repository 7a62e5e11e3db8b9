// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/duration"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/lifecycle"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

const rotateHelp = `Gives a token a new secret and shows it, once. The present one goes on working
for the grace, so that pages which are open, or cached, can still send; with
--grace 0 it ends at once.

The token keeps its id, its limits, and what is in their windows. Do this every
90 days.`

func (c *cli) rotateCommand() *cobra.Command {
	var grace time.Duration
	command := &cobra.Command{
		Use: "rotate ID", Short: "Give a token a new secret and show it, once", Long: rotateHelp,
		Example: "  clienttokens rotate shop-web --grace 7d", Args: oneID, ValidArgsFunction: c.completeTokens,
	}
	grace = day
	take(command.Flags(), "grace", "TIME", "for which the present secret works on: 7d, 12h, 0 (default 24h)",
		func(text string) (err error) {
			grace, err = duration.Parse(text)
			return err
		})
	command.RunE = c.do(c.with(func(ctx context.Context, r *open, args []string) error {
		issued, err := r.Rotate(ctx, lifecycle.Target{ID: args[0]}, grace)
		if err != nil {
			return err
		}
		return c.print(withSecret{issued.Token, issued.Secret}, func(w io.Writer) {
			c.writeRotation(w, issued, ownerOf(ctx, r, &issued.Token))
		})
	}))
	return command
}

func (c *cli) writeRotation(w io.Writer, issued lifecycle.Issued, owner *token.Organization) {
	t := &issued.Token
	c.say(w, "This is the new secret of token %s, shown this once:", t.ID)
	put(w, "\n  %s\n\n", issued.Secret)
	old := t.Secrets[:len(t.Secrets)-1]
	if len(old) == 0 {
		c.say(w, "No other secret of it works any more.")
	}
	for _, s := range old {
		c.say(w, "%s works until %s (%s).", secretName(s), momentOf(s.ExpiresAt), distance(c.now(), s.ExpiresAt))
	}
	if len(old) > 0 {
		c.say(w, "Put the new one in its place before then.")
	}
	c.writeAdvice(w, t, owner)
	if t.Disabled {
		put(w, "\n")
		c.writeLines(w, "The token is disabled.", "clienttokens enable "+t.ID)
	}
}

func secretName(s token.Secret) string {
	if s.Hint == "" {
		return "The old one"
	}
	return "The old one (…" + s.Hint + ")"
}
