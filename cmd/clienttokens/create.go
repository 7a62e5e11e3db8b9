// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

const createHelp = `Creates a token and shows its secret, once: only a digest of it is kept. For
people, the lines follow that are to be pasted into the page and the Collector.

Organization and kind are required. Without an id the token gets one.`

const createExample = `  clienttokens create --organization acme --id shop-web --kind web \
    --environment production --origin https://shop.example.com \
    --origin 'https://*.shop.example.com' --spans-per-minute 6000`

func (c *cli) createCommand() *cobra.Command {
	var fields tokenFlags
	var id string
	command := &cobra.Command{
		Use: "create", Short: "Create a token and show its secret, once",
		Long: createHelp, Example: createExample, Args: noArguments,
	}
	takeText(command.Flags(), &id, "id", "ID", "in limits, metrics and logs")
	fields.register(command.Flags())
	command.RunE = c.do(c.with(func(ctx context.Context, r *open, _ []string) error {
		t := token.Token{ID: id}
		fields.apply(&t, r.In(0))
		return c.create(ctx, r, t)
	}))
	return command
}

func (c *cli) create(ctx context.Context, r *open, t token.Token) error {
	issued, err := r.Create(ctx, t)
	if err != nil {
		return c.orBegin(err, t.Organization)
	}
	owner := ownerOf(ctx, r, &issued.Token)
	return c.print(withSecret{issued.Token, issued.Secret}, func(w io.Writer) {
		c.say(w, "Created token %s. This is its secret, shown this once:", issued.Token.ID)
		put(w, "\n  %s\n", issued.Secret)
		writeRecipe(w, &issued.Token, owner, issued.Secret)
		c.writeAdvice(w, &issued.Token, owner)
	})
}

// orBegin adds to the error of a file that isn't there how one is made: a token needs an organization first. The id is
// a valid one: others are refused before the file is looked for.
func (c *cli) orBegin(err error, organization string) error {
	if c.place.file == "" || !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return fmt.Errorf("%w, or begin with: clienttokens organization create --id %s", err, organization)
}

// ownerOf returns the organization, or nil: where it can't be had, limits of it are left out of what people are told.
func ownerOf(ctx context.Context, r *open, t *token.Token) *token.Organization {
	o, err := r.Organization(ctx, t.Organization)
	if err != nil {
		return nil
	}
	return o.Organization
}
