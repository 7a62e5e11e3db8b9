// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"context"
	"crypto/rand"
	_ "embed" // the script
	"strconv"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redisconn"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

const (
	remembered = 10_000 // changes in the stream: who misses more loads all records again
	maxChanges = 100    // of a write that is sent as it is; with a larger one all records are staged
)

//go:embed write.lua
var writeSource string

// Write implements registry.Store.
func (s *Store) Write(ctx context.Context, act audit.Act, changes ...registry.Change) error {
	if len(changes) == 0 {
		return nil
	}
	if faults := check(changes); len(faults) > 0 {
		return &registry.FaultsError{Where: registry.TheChange, Faults: faults}
	}
	if len(changes) > maxChanges || endsOrganization(changes) {
		return s.writeWhole(ctx, act, changes)
	}
	return s.write(ctx, act, changes, anyRevision)
}

func endsOrganization(changes []registry.Change) bool {
	for _, c := range changes {
		if c.Organization != nil && c.Deleted {
			return true
		}
	}
	return false
}

// check returns what is wrong with the records by themselves.
func check(changes []registry.Change) []registry.Fault {
	var all []registry.Fault
	for _, c := range changes {
		var faults []registry.Fault
		switch {
		case c.ID() == "":
			faults = []registry.Fault{{Field: "id", Problem: "is missing", Fix: "give it one"}}
		case c.Deleted:
		case c.Token != nil:
			t := *c.Token // which the check completes, and others may be reading
			_, faults = registry.CheckToken(&t, 0)
		default:
			_, faults = registry.CheckOrganization(c.Organization, 0)
		}
		for _, f := range faults {
			f.Field = c.String() + ": " + f.Field
			all = append(all, f)
		}
	}
	return all
}

// anyRevision lets a write go on whatever else has changed.
const anyRevision = ""

// write runs the script. base is the revision that the registry must still have, or anyRevision.
func (s *Store) write(ctx context.Context, act audit.Act, changes []registry.Change, base string) error {
	entries, err := s.entries(ctx, act, changes)
	if err != nil {
		return s.failed(err)
	}
	keys := s.keys.all()
	streams, err := s.keys.auditing(entries, len(keys))
	if err != nil {
		return err
	}
	args := []any{"0-" + rand.Text(), base, remembered, len(changes)}
	for _, c := range changes {
		record, err := recordOf(c)
		if err != nil {
			return err
		}
		args = append(args, c.Kind(), c.ID(), strconv.FormatUint(uint64(c.Revision), 10), ownerOf(c), record)
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	reply, err := redisconn.NewScript(auditSource+writeSource).Run(ctx, s.client,
		append(keys, streams.keys...), append(args, streams.args...)...)
	return s.outcome(reply, err, changes)
}

// recordOf returns the record as JSON, nothing if it is to be deleted.
func recordOf(c registry.Change) (string, error) {
	switch {
	case c.Deleted:
		return "", nil
	case c.Token != nil:
		t := *c.Token
		t.Seal()
		return encode(&t)
	default:
		return encode(c.Organization)
	}
}

func ownerOf(c registry.Change) string {
	if c.Token != nil && !c.Deleted {
		return c.Token.Organization
	}
	return ""
}

// outcome turns the answer of a script into an error.
func (s *Store) outcome(reply any, err error, changes []registry.Change) error {
	if err != nil {
		return s.failed(err)
	}
	var text [4]string
	fields, _ := reply.([]any)
	for i := range min(len(fields), len(text)) {
		text[i], _ = fields[i].(string)
	}
	switch text[0] {
	case "ok":
		return nil
	case "fenced":
		revision, _ := strconv.ParseUint(text[2], 10, 64)
		return s.fenced(head{fence: text[1], revision: registry.Revision(revision)})
	case "short":
		return s.lost("it has %s of %s records", text[1], text[2])
	case "taken":
		return &registry.FaultsError{Where: registry.TheChange, Faults: []registry.Fault{{
			Field: text[1] + " " + text[2] + ": secrets", Problem: "token " + text[3] + " has the same secret",
			Fix: "give each token its own secret",
		}}}
	case "ownerless":
		return &registry.FaultsError{Where: registry.TheChange, Faults: []registry.Fault{{
			Field: text[1] + " " + text[2] + ": organization", Problem: "there is no organization " + text[3],
			Fix: "create it first, or correct the id",
		}}}
	default:
		return conflict(text[1], text[2], text[3], changes)
	}
}

// conflict says what has happened to a record meanwhile.
func conflict(kind, id, present string, changes []registry.Change) error {
	revision, _ := strconv.ParseUint(present, 10, 64)
	for _, c := range changes {
		if c.Kind() == kind && c.ID() == id {
			return c.Conflict(registry.Revision(revision))
		}
	}
	return errMoved // the registry as a whole
}
