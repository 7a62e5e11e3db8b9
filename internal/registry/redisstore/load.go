// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redisconn"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

const (
	pageSize = 1000 // records asked for at once: some 600 kB, a millisecond of the server
	attempts = 3
	// entriesRead is how many entries of the stream are read at once: one can hold 100 records.
	entriesRead = 100
)

// errRestless is the end of loading a registry that changes faster than it can be loaded.
var errRestless = errors.New("the registry changes faster than it can be loaded")

// loader reads all records of a registry.
type loader struct {
	client  redis.UniversalClient
	name    string // of the place, for people
	keys    keys
	timeout time.Duration // of each call
}

func newLoader(client redis.UniversalClient, config *redisconn.Config) loader {
	return loader{
		client: client, name: redisconn.Describe(config), keys: newKeys(config.Prefix), timeout: config.Timeout,
	}
}

// head asks how far the registry is.
func (l *loader) head(ctx context.Context) (head, error) {
	ctx, cancel := context.WithTimeout(ctx, l.timeout)
	defer cancel()
	return l.keys.getHead(ctx, l.client)
}

// load returns the records as they stand at the head that it returns. Where some are missing it is a
// *registry.LostError.
func (l *loader) load(ctx context.Context) (raw, head, error) {
	for range attempts {
		start, err := l.census(ctx)
		if err != nil {
			return raw{}, head{}, err
		}
		records, end, err := l.loadFrom(ctx, start)
		if !errors.Is(err, errRestless) {
			return records, end, err
		}
	}
	return raw{}, head{}, errRestless
}

// census asks how far the registry is, and whether it has as many records as it should: Redis drops whole keys when it is
// short of memory and may.
func (l *loader) census(ctx context.Context) (head, error) {
	ctx, cancel := context.WithTimeout(ctx, l.timeout)
	defer cancel()
	pipe := l.client.TxPipeline()
	fields := l.keys.queryHead(ctx, pipe)
	tokens, organizations := pipe.HLen(ctx, l.keys.tokens), pipe.HLen(ctx, l.keys.organizations)
	if _, err := pipe.Exec(ctx); err != nil {
		return head{}, err
	}
	h := readHead(fields.Val())
	if int(tokens.Val()) < h.records[0] || int(organizations.Val()) < h.records[1] {
		return h, l.lost("it has %d of %d tokens and %d of %d organizations",
			tokens.Val(), h.records[0], organizations.Val(), h.records[1])
	}
	return h, nil
}

// loadFrom reads pages of records while writes go on, and brings them up to date with what the stream has of these.
func (l *loader) loadFrom(ctx context.Context, at head) (raw, head, error) {
	records := raw{tokens: map[string]string{}, organizations: map[string]string{}}
	if err := l.scan(ctx, l.keys.organizations, records.organizations); err != nil {
		return records, at, err
	}
	if err := l.scan(ctx, l.keys.tokens, records.tokens); err != nil {
		return records, at, err
	}
	end, err := l.head(ctx)
	if err == nil {
		err = l.catchUp(ctx, records, at, end)
	}
	// Cursors of a scan mean nothing to another process: if Redis was replaced meanwhile, records were passed over.
	if err == nil && (len(records.tokens) < end.records[0] || len(records.organizations) < end.records[1]) {
		err = errRestless
	}
	return records, end, err
}

func (l *loader) scan(ctx context.Context, key string, into map[string]string) error {
	for cursor := uint64(0); ; {
		page, next, err := l.page(ctx, key, cursor)
		if err != nil {
			return err
		}
		for i := 0; i+1 < len(page); i += 2 {
			into[page[i]] = page[i+1]
		}
		if cursor = next; cursor == 0 {
			return nil
		}
	}
}

func (l *loader) page(ctx context.Context, key string, cursor uint64) ([]string, uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, l.timeout)
	defer cancel()
	return l.client.HScan(ctx, key, cursor, "", pageSize).Result()
}

// catchUp applies what was written between two heads: of these records a page may hold the old version or the new one.
func (l *loader) catchUp(ctx context.Context, records raw, at, end head) error {
	if at.begun() && end.birth != at.birth {
		return errRestless // another registry has come while this one was read
	}
	for at.entry != end.entry {
		entries, err := l.entriesAfter(ctx, at.entry, noBlock)
		if err != nil {
			return err
		}
		if len(entries) == 0 || at.revision >= end.revision {
			return errRestless
		}
		for _, m := range entries {
			e := envelopeOf(m)
			if at.entry == end.entry {
				break
			}
			if !e.follows(at) || e.reload {
				return errRestless
			}
			records.apply(m)
			at.revision, at.entry = e.revision, e.id
		}
	}
	return nil
}

// fenced is what a collector has said of the registry.
func (l *loader) fenced(h head) error {
	return l.lost("a collector has served revision %s, which is not the one here, %d", h.served(), h.revision)
}

func (l *loader) lost(detail string, args ...any) error {
	return &registry.LostError{Where: l.name, Detail: fmt.Sprintf(detail, args...)}
}

// noBlock makes a read of the stream return at once.
const noBlock = -1

// entriesAfter reads some of what follows an entry of the stream, and waits for something if there is nothing.
func (l *loader) entriesAfter(ctx context.Context, last string, wait time.Duration) ([]redis.XMessage, error) {
	// Redis looks at those who wait some ten times a second.
	ctx, cancel := context.WithTimeout(ctx, max(wait, 0)+max(l.timeout, time.Second))
	defer cancel()
	streams, err := l.client.XRead(ctx, &redis.XReadArgs{
		Streams: []string{l.keys.changes, last}, Count: entriesRead, Block: wait,
	}).Result()
	switch {
	case errors.Is(err, redis.Nil):
		return nil, nil
	case err != nil:
		return nil, err
	default:
		return streams[0].Messages, nil
	}
}
