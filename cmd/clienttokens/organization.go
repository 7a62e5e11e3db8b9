// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/lifecycle"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

func (c *cli) organizationCommand() *cobra.Command {
	command := &cobra.Command{
		Use: "organization", Aliases: []string{"org"}, Short: "Create, list, change and delete organizations",
	}
	command.AddCommand(c.createOrganization(), c.listOrganizations(), c.showOrganization(), c.updateOrganization(),
		c.deleteOrganization())
	command.RunE = func(command *cobra.Command, args []string) error {
		if len(args) > 0 {
			return errors.New("organization has no such command")
		}
		return command.Help()
	}
	return command
}

func (c *cli) createOrganization() *cobra.Command {
	var fields organizationFlags
	var id string
	command := &cobra.Command{
		Use: "create", Short: "Create an organization", Args: noArguments,
		Example: "  clienttokens organization create --id acme --name 'Acme Inc.' \\\n    --spans-per-minute 60000",
	}
	takeText(command.Flags(), &id, "id", "ID", "in limits, metrics and logs")
	fields.register(command.Flags())
	command.RunE = c.do(c.with(func(ctx context.Context, r *open, _ []string) error {
		o := token.Organization{ID: id}
		fields.apply(&o)
		o, err := r.CreateOrganization(ctx, o)
		if err != nil {
			return err
		}
		return c.print(o, func(w io.Writer) {
			c.say(w, "Created organization %s. A token for it:", o.ID)
			put(w, "\n  clienttokens create --organization %s \\\n    --kind web --origin https://www.example.com\n", o.ID)
		})
	}))
	return command
}

func (c *cli) updateOrganization() *cobra.Command {
	var fields organizationFlags
	command := &cobra.Command{
		Use: "update ID", Short: "Change fields of an organization", Args: oneID, ValidArgsFunction: c.completeOrganizations,
		Long: "Changes what is given by flags, and nothing else: --spans-per-minute none takes\n" +
			"the limit away, an empty --name the name.",
	}
	fields.register(command.Flags())
	command.RunE = c.do(func(ctx context.Context, args []string) error {
		if len(fields.edits) == 0 {
			return misused(errNothingToChange)
		}
		return c.with(func(ctx context.Context, r *open, args []string) error {
			o, err := r.UpdateOrganization(ctx, lifecycle.Target{ID: args[0]}, fields.apply)
			if err != nil {
				return err
			}
			return c.printOrganization(&o)
		})(ctx, args)
	})
	return command
}

func (c *cli) deleteOrganization() *cobra.Command {
	var yes bool
	command := &cobra.Command{
		Use: "delete ID", Short: "Delete an organization that has no tokens", Args: oneID,
		ValidArgsFunction: c.completeOrganizations,
	}
	command.Flags().BoolVar(&yes, "yes", false, "don't ask")
	command.RunE = c.do(func(ctx context.Context, args []string) error {
		if err := c.confirm(yes, "organization", args[0]); err != nil {
			return err
		}
		return c.with(func(ctx context.Context, r *open, args []string) error {
			o, err := r.DeleteOrganization(ctx, lifecycle.Target{ID: args[0]})
			if err != nil {
				return err
			}
			return c.done(func(w io.Writer) { c.say(w, "Deleted organization %s.", o.ID) })
		})(ctx, args)
	})
	return command
}
