// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// run is the command: it writes to the surroundings and returns the exit code.
func run(ctx context.Context, s surroundings, args []string) int {
	c := &cli{surroundings: s, output: formatTable}
	root := c.root()
	root.SetArgs(args)
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	line, err := root.ExecuteContextC(ctx)
	if err != nil && !c.understood {
		err = misused(err)
	}
	if message := c.message(line, err); message != "" {
		put(s.err, "%s\n", message)
	}
	return exitCode(err)
}

// cli is one call of the command.
type cli struct {
	surroundings

	place      place
	output     format
	understood bool // the command line is right: what fails from now on is no matter of usage
}

func (c *cli) root() *cobra.Command {
	narrow := strings.NewReplacer(
		".FlagUsages", fmt.Sprintf(".FlagUsagesWrapped %d", plainWidth),
		" for more information about a command", "")
	root := &cobra.Command{
		Use:           "clienttokens",
		Short:         "Create, rotate, delete and explain client tokens",
		Long:          rootHelp,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetUsageTemplate(narrow.Replace(root.UsageTemplate()))
	flags := root.PersistentFlags()
	c.place.register(flags)
	flags.VarP(&c.output, "output", "o", "table for people, json or yaml")
	root.AddGroup(
		&cobra.Group{ID: groupTokens, Title: "Tokens:"},
		&cobra.Group{ID: groupRegistry, Title: "Organizations and the registry as a whole:"},
		&cobra.Group{ID: groupLook, Title: "Finding out:"},
	)
	add(root, groupTokens, c.createCommand(), c.listCommand(), c.showCommand(), c.updateCommand(), c.rotateCommand(),
		c.disableCommand(), c.enableCommand(), c.deleteCommand())
	add(root, groupRegistry, c.organizationCommand(), c.importCommand(), c.exportCommand())
	add(root, groupLook, c.lintCommand(), c.explainCommand(), c.watchCommand(), c.auditCommand(),
		c.usageCommand())
	root.AddCommand(c.versionCommand(), exitCodesTopic(), redisURLTopic())
	c.completeFlags(root)
	return root
}

const (
	groupTokens   = "tokens"
	groupRegistry = "registry"
	groupLook     = "look"
)

func add(root *cobra.Command, group string, commands ...*cobra.Command) {
	for _, command := range commands {
		command.GroupID = group
		root.AddCommand(command)
	}
}

const rootHelp = `Looks after client tokens: keys that are safe to publish, since they can only
write, only from allowed origins, and only so many spans a minute.

Name the registry by --file PATH or --redis URL, or by the variables
CLIENTTOKENS_FILE or CLIENTTOKENS_REDIS; a flag goes first. Collectors that
serve it know of a change at once.`

// action is what a command does once its line was understood.
type action func(ctx context.Context, args []string) error

func (c *cli) do(a action) func(*cobra.Command, []string) error {
	return func(command *cobra.Command, args []string) error {
		c.understood = true
		return a(command.Context(), args)
	}
}
