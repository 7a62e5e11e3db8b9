// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"context"
	_ "embed" // the script

	"github.com/redis/go-redis/v9"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// auditOfAll is how many entries are kept of the whole registry, whosever they are.
const auditOfAll = 10_000

//go:embed audit.lua
var auditSource string

// streams are the keys and arguments by which a script tells the audit what it does.
type streams struct {
	keys []string
	args []any
}

// auditing returns what the script needs to tell entries, if so many keys stand in front of these.
func (k keys) auditing(entries []audit.Entry, keysBefore int) (streams, error) {
	s := streams{
		keys: []string{k.audit},
		args: []any{auditOfAll, audit.KeptOfEach, int(audit.KeptAfterEnd.Seconds()), len(entries)},
	}
	numbers := map[string]int{}
	for i := range entries {
		text, err := encode(&entries[i])
		if err != nil {
			return s, err
		}
		s.args = append(s.args, text)
		var of [2]int
		for j, id := range entries[i].Organizations() {
			if numbers[id] == 0 {
				s.keys = append(s.keys, k.auditOf(id))
				numbers[id] = keysBefore + len(s.keys)
			}
			of[j] = numbers[id]
		}
		s.args = append(s.args, of[0], of[1])
	}
	return s, nil
}

// entries tells what changes do to what is there now. If that is not what they expect, they will not be made.
func (s *Store) entries(ctx context.Context, act audit.Act, changes []registry.Change) ([]audit.Entry, error) {
	before, err := s.present(ctx, changes)
	if err != nil {
		return nil, err
	}
	return act.Entries(registry.Compare(recordsOf(before), recordsOf(changes))), nil
}

// present returns the records that are to be changed, as far as they are there and can be read.
func (s *Store) present(ctx context.Context, changes []registry.Change) ([]registry.Change, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	pipe := s.client.Pipeline()
	found := make([]*redis.SliceCmd, len(changes))
	for i, c := range changes {
		key := s.keys.organizations
		if c.Token != nil {
			key = s.keys.tokens
		}
		found[i] = pipe.HMGet(ctx, key, c.ID())
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, err
	}
	var there []registry.Change
	for i, c := range changes {
		text, _ := found[i].Val()[0].(string)
		if record, err := readChange(c.Kind(), c.ID(), text); err == nil {
			there = append(there, record)
		}
	}
	return there, nil
}

// recordsOf returns the records that changes leave.
func recordsOf(changes []registry.Change) *registry.Contents {
	records := &registry.Contents{}
	for _, c := range changes {
		switch {
		case c.Deleted:
		case c.Token != nil:
			t := *c.Token
			t.Seal()
			records.Tokens = append(records.Tokens, registry.Token{Token: &t})
		default:
			records.Organizations = append(records.Organizations, registry.Organization{Organization: c.Organization})
		}
	}
	return records
}
