// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry/filestore"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

const exportHelp = `Writes all records as a token file: a backup, or the way from a file to a Redis
and back. Secrets are not in it, only their digests. It is YAML, or JSON with
-o json; import reads both.`

func (c *cli) exportCommand() *cobra.Command {
	command := &cobra.Command{
		Use: "export", Short: "Write all records as a token file", Long: exportHelp,
		Example: "  clienttokens export > backup.yaml", Args: noArguments,
	}
	command.RunE = c.do(func(ctx context.Context, args []string) error {
		if c.output == formatTable && command.Flags().Changed("output") {
			return misused(errors.New("an export is no table: write -o yaml or -o json"))
		}
		return c.with(c.export)(ctx, args)
	})
	return command
}

func (c *cli) export(ctx context.Context, r *open, _ []string) error {
	contents, err := r.Contents(ctx)
	if err != nil {
		return err
	}
	if len(contents.Organizations) == 0 {
		put(c.err, "clienttokens: warning: %s holds no records: this is no backup of anything\n", r)
	}
	if c.output == formatJSON {
		return c.print(recordsOf(contents), nil)
	}
	text, err := filestore.Encode(contents)
	if err != nil {
		return err
	}
	_, err = c.out.Write(text)
	return err
}

func recordsOf(contents *registry.Contents) registry.Records {
	r := registry.Records{Organizations: []token.Organization{}, Tokens: []token.Token{}}
	for _, o := range contents.Organizations {
		r.Organizations = append(r.Organizations, *o.Organization)
	}
	for _, t := range contents.Tokens {
		r.Tokens = append(r.Tokens, *t.Token)
	}
	return r
}
