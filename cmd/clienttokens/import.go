// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/amount"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/lifecycle"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry/filestore"
)

const importHelp = `Takes over the records of a token file, all or none; - is the standard input. It
adds: what is there already stays, and a record that is there with other content
is a conflict. Organizations of tokens are in the file, or there already.

With --replace the file's records take the place of all that are there.
Collectors that have refused to follow a registry which had lost writes
(flushed, restored) follow it again.

Secrets of other products are imported as they are (secret: …) or by their
digest (secrets: [{sha256: …}]). What export writes, YAML or JSON, can be read.`

func (c *cli) importCommand() *cobra.Command {
	var how lifecycle.Import
	command := &cobra.Command{
		Use: "import FILE", Short: "Take over the records of a file", Long: importHelp,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("name one file, or - for the standard input: clienttokens import FILE")
			}
			return nil
		},
	}
	command.Flags().BoolVar(&how.Replace, "replace", false, "in the place of all records that are there")
	command.Flags().BoolVar(&how.DryRun, "dry-run", false, "only tell what would be done")
	command.RunE = c.do(func(ctx context.Context, args []string) error {
		parse := filestore.ParsePart
		if how.Replace {
			parse = filestore.Parse
		}
		from, err := c.read(args[0], parse)
		if err != nil {
			return err
		}
		c.place.whole = true
		return c.with(func(ctx context.Context, r *open, _ []string) error {
			d, err := r.Import(ctx, from, how)
			if err != nil {
				return err
			}
			return c.printDifference(d, how)
		})(ctx, args)
	})
	return command
}

const standardInput = "-"

func (c *cli) read(
	path string, parse func([]byte) (*registry.Contents, []registry.Fault),
) (*registry.Contents, error) {
	content, err := c.readFile(path)
	if err != nil {
		return nil, err
	}
	contents, faults := parse(content)
	return contents, faulty(path, faults)
}

func faulty(path string, faults []registry.Fault) error {
	if len(faults) == 0 {
		return nil
	}
	return &registry.FaultsError{Where: nameOf(path), Faults: faults}
}

func (c *cli) readFile(path string) ([]byte, error) {
	if path == standardInput {
		return io.ReadAll(c.in)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%w: correct the path, or write - for the standard input", err)
	}
	return content, nil
}

func nameOf(path string) string {
	if path == standardInput {
		return "the standard input"
	}
	return path
}

// imported is a difference for programs.
type imported struct {
	Added   []string `json:"added"   yaml:"added"`
	Changed []string `json:"changed" yaml:"changed"`
	Removed []string `json:"removed" yaml:"removed"`
	Same    int      `json:"same"    yaml:"same"`
	DryRun  bool     `json:"dry_run" yaml:"dry_run"`
}

func (c *cli) printDifference(d *lifecycle.Difference, how lifecycle.Import) error {
	record := imported{listOf(d.Added), listOf(d.Changed), listOf(d.Removed), d.Same, how.DryRun}
	return c.print(record, func(w io.Writer) {
		if d.Unseen != nil {
			put(w, "What was there before can't be read.\n")
		}
		writeNames(w, "added", d.Added)
		writeNames(w, "changed", d.Changed)
		writeNames(w, "removed", d.Removed)
		put(w, "%s", summary(d, how))
	})
}

func summary(d *lifecycle.Difference, how lifecycle.Import) string {
	var parts []string
	for _, part := range []struct {
		n    int
		what string
	}{{len(d.Added), "added"}, {len(d.Changed), "changed"}, {len(d.Removed), "removed"}, {d.Same, "the same as before"}} {
		if part.n > 0 {
			parts = append(parts, amount.Grouped(int64(part.n))+" "+part.what)
		}
	}
	text := "Done: "
	if how.DryRun {
		text = "Nothing was written; it would be: "
	}
	if len(parts) == 0 {
		return text + "nothing.\n"
	}
	return text + strings.Join(parts, ", ") + ".\n"
}

// writeNames lists some: nobody reads thousands.
func writeNames(w io.Writer, what string, names []string) {
	const most = 20
	for i, name := range names {
		if i == most {
			put(w, "%-8s and %s more\n", what, amount.Grouped(int64(len(names)-most)))
			return
		}
		put(w, "%-8s %s\n", what, name)
	}
}

// listOf is never null in JSON.
func listOf(names []string) []string {
	if names == nil {
		return []string{}
	}
	return names
}
