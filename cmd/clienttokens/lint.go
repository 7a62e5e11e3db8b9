// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/advice"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry/filestore"
)

const lintHelp = `Looks for faults, which keep a registry from being served, and for what may not
be meant: tokens that any page can use, without any limit, with secrets that are
old or weak, that end soon.

It looks at a FILE (- is the standard input), or else at the registry. With
faults the exit code is 5.`

func (c *cli) lintCommand() *cobra.Command {
	command := &cobra.Command{
		Use: "lint [FILE]", Short: "Look for faults, and for what may not be meant", Long: lintHelp,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return errors.New("several files: name one")
			}
			return nil
		},
	}
	command.RunE = c.do(func(ctx context.Context, args []string) error {
		if len(args) == 1 {
			return c.lintFile(args[0])
		}
		return c.with(c.lintStore)(ctx, args)
	})
	return command
}

// finding is one thing to be mended or looked at.
type finding struct {
	Severity string      `json:"severity"        yaml:"severity"` // fault or warning
	Kind     advice.Kind `json:"kind,omitempty"  yaml:"kind,omitempty"`
	Token    string      `json:"token,omitempty" yaml:"token,omitempty"`
	Line     int         `json:"line,omitempty"  yaml:"line,omitempty"`
	Field    string      `json:"field,omitempty" yaml:"field,omitempty"`
	Text     string      `json:"text"            yaml:"text"`
	Fix      string      `json:"fix"             yaml:"fix"`
}

const (
	severityFault   = "fault"
	severityWarning = "warning"
)

func findingOf(severity string, f registry.Fault) finding {
	return finding{Severity: severity, Line: f.Line, Field: f.Field, Text: f.Problem, Fix: f.Fix}
}

// String is what people read, but for the fix.
func (f finding) String() string {
	text := f.Severity + ": "
	if f.Line > 0 {
		text += fmt.Sprintf("line %d: ", f.Line)
	}
	if f.Token != "" {
		text += "token " + f.Token + ": "
	}
	if f.Field != "" {
		text += f.Field + ": "
	}
	return text + f.Text
}

func (c *cli) lintFile(path string) error {
	content, err := c.readFile(path)
	if err != nil {
		return err
	}
	contents, faults := filestore.Parse(content)
	return c.report(nameOf(path), contents, faulty(path, faults), clearSecrets(content))
}

func (c *cli) lintStore(ctx context.Context, r *open, _ []string) error {
	contents, err := r.Contents(ctx)
	var inClear []finding
	if c.place.file != "" {
		if content, unread := c.readFile(c.place.file); unread == nil {
			inClear = clearSecrets(content)
		}
	}
	return c.report(r.String(), contents, err, inClear)
}

// report prints what is found, faults and warnings. Any other error is one.
func (c *cli) report(where string, contents *registry.Contents, err error, warnings []finding) error {
	found := []finding{}
	bad, isFaulty := errors.AsType[*registry.FaultsError](err)
	switch {
	case isFaulty:
		for _, f := range bad.Faults {
			found = append(found, findingOf(severityFault, f))
		}
	case err != nil:
		return err
	default:
		found = append(found, c.warningsOf(contents)...)
	}
	found = append(found, warnings...)
	if err := c.print(found, func(w io.Writer) { c.writeFindings(w, where, found) }); err != nil {
		return err
	}
	if isFaulty {
		return silentError(exitInvalid)
	}
	return nil
}

func (c *cli) warningsOf(contents *registry.Contents) []finding {
	var found []finding
	for _, f := range contents.Warnings {
		found = append(found, findingOf(severityWarning, f))
	}
	owners := ownersOf(contents)
	for _, t := range contents.Tokens {
		for _, w := range advice.Lint(t.Token, owners[t.Organization], c.now()) {
			found = append(found, finding{
				Severity: severityWarning, Kind: w.Kind, Token: t.ID, Text: w.Text(), Fix: w.Fix(),
			})
		}
	}
	return found
}

func (c *cli) writeFindings(w io.Writer, where string, found []finding) {
	faults, warnings := 0, 0
	for _, f := range found {
		if f.Severity == severityFault {
			faults++
		} else {
			warnings++
		}
	}
	put(w, "%s: %s, %s\n", plain(where), count(faults, "fault"), count(warnings, "warning"))
	for _, f := range found {
		c.writeLines(w, f.String(), f.Fix)
	}
}
