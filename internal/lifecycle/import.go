// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// Import says how records are taken over.
type Import struct {
	Replace bool // put them in the place of all that are there, instead of adding them
	DryRun  bool // only tell what would be done
}

// Difference is what an import does. The entries name records: "token shop-web".
type Difference struct {
	Added   []string
	Changed []string // by replacing only
	Removed []string // by replacing only
	Same    int

	// Unseen says why nobody knows what replacing puts an end to: what is there can't be read.
	Unseen error
}

// ConflictsError is an import that would have changed records.
type ConflictsError struct{ Conflicts []*registry.ConflictError }

// Error lists the records, a line each.
func (e *ConflictsError) Error() string {
	const most = 50
	var b strings.Builder
	b.WriteString("records are there already with other content; nothing was written. Give them other ids, delete or update " +
		"those that are there, or put the file in the place of all: clienttokens import --replace FILE")
	for i, c := range e.Conflicts {
		if i == most {
			fmt.Fprintf(&b, "\n  and %d more", len(e.Conflicts)-most)
			break
		}
		fmt.Fprintf(&b, "\n  %s %s", c.Kind, c.ID)
	}
	return b.String()
}

// Unwrap returns the conflicts.
func (e *ConflictsError) Unwrap() []error {
	all := make([]error, len(e.Conflicts))
	for i, c := range e.Conflicts {
		all[i] = c
	}
	return all
}

// Import takes records over, all or none. Adding leaves those that are there already as they are, and is a
// *ConflictsError if one has other content there.
func (o *Operator) Import(ctx context.Context, from *registry.Contents, how Import) (*Difference, error) {
	present, err := o.present(ctx)
	if err != nil && (!how.Replace || !replaceable(err)) {
		return nil, err
	}
	c := compare(present, from)
	if how.Replace {
		return c.difference(err), o.put(ctx, from, how)
	}
	if len(c.conflicts) > 0 {
		return nil, &ConflictsError{c.conflicts}
	}
	c.removed = nil
	return c.difference(nil), o.add(ctx, present, c.changes, how)
}

// present returns what is there, nothing where it can't be read. A file that isn't there yet holds nothing.
func (o *Operator) present(ctx context.Context) (*registry.Contents, error) {
	contents, err := o.store.Contents(ctx)
	switch {
	case err == nil:
		return contents, nil
	case errors.Is(err, fs.ErrNotExist):
		return &registry.Contents{}, nil
	default:
		return &registry.Contents{}, err
	}
}

// replaceable tells whether what can't be read is what replacing is there to mend.
func replaceable(err error) bool {
	_, lost := errors.AsType[*registry.LostError](err)
	_, faulty := errors.AsType[*registry.FaultsError](err)
	return lost || faulty
}

func (o *Operator) put(ctx context.Context, from *registry.Contents, how Import) error {
	if how.DryRun {
		return nil
	}
	return o.store.Replace(ctx, o.act(), from)
}

// add checks rules across records, such as that no two tokens have one secret, before it writes.
func (o *Operator) add(ctx context.Context, present *registry.Contents, changes []registry.Change, how Import) error {
	all := &registry.Records{}
	for _, x := range present.Organizations {
		all.Organizations = append(all.Organizations, *x.Organization)
	}
	for _, x := range present.Tokens {
		all.Tokens = append(all.Tokens, *x.Token)
	}
	for _, c := range changes {
		if c.Token != nil {
			all.Tokens = append(all.Tokens, *c.Token)
		} else {
			all.Organizations = append(all.Organizations, *c.Organization)
		}
	}
	if _, findings := registry.CheckAll(all); len(findings.Faults) > 0 {
		return &registry.FaultsError{Where: "together with what is there, this", Faults: findings.Faults}
	}
	if how.DryRun || len(changes) == 0 {
		return nil
	}
	act := o.act()
	act.Import = true
	return o.store.Write(ctx, act, changes...)
}
