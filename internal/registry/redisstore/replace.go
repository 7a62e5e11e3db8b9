// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"context"
	"crypto/rand"
	_ "embed" // the script
	"errors"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redisconn"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

const (
	chunk      = 500              // records staged by one command
	stagingTTL = 10 * time.Minute // what is left of a writer that was killed
	tries      = 5                // against other writers
)

//go:embed replace.lua
var replaceSource string

// errMoved is the end of a write for which the whole registry had to stay as it was.
var errMoved = errors.New("the registry was changed meanwhile")

// Replace implements registry.Store.
func (s *Store) Replace(ctx context.Context, act audit.Act, c *registry.Contents) error {
	return s.insist(func() error {
		before, at, known, err := s.replaced(ctx)
		if err != nil {
			return s.failed(err)
		}
		return s.swap(ctx, act.Whole(registry.Compare(before, c), known), c, at, rand.Text())
	})
}

// replaced returns what is there, as far as it is known, and where.
func (s *Store) replaced(ctx context.Context) (before *registry.Contents, at head, known bool, err error) {
	records, at, err := s.load(ctx)
	if errors.As(err, new(*registry.LostError)) || errors.Is(err, errRestless) {
		at, err = s.head(ctx)
		return &registry.Contents{}, at, false, err
	}
	before, faults := records.contents(at.revision)
	return before, at, at.fence == "" && len(faults) == 0, err
}

// writeWhole writes changes that need a look at all records, or are too many for one command: the records as they will be
// are staged, and then put in the place of the present ones at once.
func (s *Store) writeWhole(ctx context.Context, act audit.Act, changes []registry.Change) error {
	return s.insist(func() error {
		records, at, err := s.load(ctx)
		if err != nil {
			return s.failed(err)
		}
		before, faults := records.contents(at.revision)
		contents := before
		if len(faults) == 0 {
			contents, faults, err = before.With(changes)
		}
		switch {
		case err != nil:
			return err
		case len(faults) > 0:
			return &registry.FaultsError{Where: s.String(), Faults: faults}
		case len(changes) <= maxChanges:
			return s.write(ctx, act, changes, strconv.FormatUint(uint64(at.revision), 10))
		}
		return s.swap(ctx, act.Entries(registry.Compare(before, contents)), contents, at, sameBirth)
	})
}

// insist tries again while others write, too.
func (s *Store) insist(write func() error) error {
	for range tries {
		if err := write(); !errors.Is(err, errMoved) {
			return err
		}
	}
	return &registry.ConflictError{Kind: "the", ID: "registry", Problem: registry.ConflictChanged}
}

// sameBirth has records swapped in a registry that goes on: those that are not changed keep their revisions.
const sameBirth = ""

// swap stages the records and puts them in the place of those at the head. birth is a random text if the registry is to
// be born anew, or sameBirth.
func (s *Store) swap(
	ctx context.Context, entries []audit.Entry, c *registry.Contents, at head, birth string,
) error {
	staged := s.keys.staging(rand.Text())
	revision := func(r registry.Revision) registry.Revision {
		if birth == sameBirth && r != 0 {
			return r
		}
		return at.next()
	}
	if err := s.stage(ctx, c, staged, revision); err != nil {
		return err
	}
	keys := append(s.keys.all(), staged.tokens, staged.organizations, staged.secrets)
	streams, err := s.keys.auditing(entries, len(keys))
	if err != nil {
		return err
	}
	args := []any{
		uint64(at.revision), at.fence, uint64(at.next()), len(c.Tokens), len(c.Organizations), birth, remembered,
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	reply, err := redisconn.NewScript(auditSource+replaceSource).Run(ctx, s.client,
		append(keys, streams.keys...), append(args, streams.args...)...)
	return s.outcome(reply, err, nil)
}

// stage writes all records.
func (s *Store) stage(
	ctx context.Context, c *registry.Contents, to keys, revision func(registry.Revision) registry.Revision,
) error {
	g := staging{Store: s, ctx: ctx}
	for _, o := range c.Organizations {
		g.record(to.organizations, o.ID, o.Organization, revision(o.Revision))
	}
	g.flush(to.organizations)
	for _, t := range c.Tokens {
		g.record(to.tokens, t.ID, t.Token, revision(t.Revision))
	}
	g.flush(to.tokens)
	for _, t := range c.Tokens {
		for _, secret := range t.Secrets {
			g.add(to.secrets, secret.SHA256.String(), t.ID)
		}
	}
	g.flush(to.secrets)
	return g.err
}

// staging writes records, many at a time, where nobody looks for them yet.
type staging struct {
	*Store

	ctx    context.Context
	fields []any
	err    error
}

func (g *staging) record(key, id string, record any, r registry.Revision) {
	text, err := encode(record)
	if err != nil {
		g.err = errors.Join(g.err, err)
		return
	}
	g.add(key, id, withRevision(text, r))
}

func (g *staging) add(key, field, value string) {
	g.fields = append(g.fields, field, value)
	if len(g.fields) >= 2*chunk {
		g.flush(key)
	}
}

func (g *staging) flush(key string) {
	if g.err != nil || len(g.fields) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(g.ctx, g.timeout)
	defer cancel()
	_, err := g.client.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
		pipe.HSet(ctx, key, g.fields...)
		pipe.Expire(ctx, key, stagingTTL)
		return nil
	})
	if err != nil {
		g.err = g.failed(err)
	}
	g.fields = g.fields[:0]
}
