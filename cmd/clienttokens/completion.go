// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// completionTimeout is for how long a shell may be kept waiting.
const completionTimeout = time.Second

func (c *cli) completeTokens(command *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	return c.complete(command, args, func(contents *registry.Contents) []string {
		var ids []string
		for _, t := range contents.Tokens {
			ids = append(ids, cobra.CompletionWithDesc(t.ID, plain(t.Name)))
		}
		return ids
	})
}

func (c *cli) completeOrganizations(command *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	return c.complete(command, args, func(contents *registry.Contents) []string {
		var ids []string
		for _, o := range contents.Organizations {
			ids = append(ids, cobra.CompletionWithDesc(o.ID, plain(o.Name)))
		}
		return ids
	})
}

// complete has nothing to offer where the registry can't be read: a shell can't show why.
func (c *cli) complete(
	command *cobra.Command, args []string, ids func(*registry.Contents) []string,
) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	c.place.timeout = min(c.place.patience(), completionTimeout)
	var found []string
	err := c.with(func(ctx context.Context, r *open, _ []string) error {
		contents, err := r.Contents(ctx)
		if err == nil {
			found = ids(contents)
		}
		return err
	})(command.Context(), nil)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return found, cobra.ShellCompDirectiveNoFileComp
}

// completeFlags says which values flags can have, wherever they are.
func (c *cli) completeFlags(command *cobra.Command) {
	values := map[string][]cobra.Completion{
		"output":      {"table", "json", "yaml"},
		"kind":        {"web", "mobile", "remote_write"},
		"signal":      {"traces", "metrics", "logs", "profiles"},
		"origin-mode": {"enforce", "report"},
		"path":        {"/v1/traces", "/v1/metrics", "/v1/logs", "/v1development/profiles", "/api/v1/write"},
	}
	for name, list := range values {
		if command.Flags().Lookup(name) != nil || command.PersistentFlags().Lookup(name) != nil {
			_ = command.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(list, cobra.ShellCompDirectiveNoFileComp))
		}
	}
	if command.Flags().Lookup("organization") != nil {
		_ = command.RegisterFlagCompletionFunc("organization", func(
			command *cobra.Command, _ []string, typed string,
		) ([]string, cobra.ShellCompDirective) {
			return c.completeOrganizations(command, nil, typed)
		})
	}
	for _, child := range command.Commands() {
		c.completeFlags(child)
	}
}
