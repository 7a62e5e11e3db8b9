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

// load returns the records as they stand at the head that it returns.
func (l *loader) load(ctx context.Context) (raw, head, error) {
	for range attempts {
		start, err := l.head(ctx)
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

// loadFrom reads pages of records while writes go on, and brings them up to date with what the stream has of these.
func (l *loader) loadFrom(ctx context.Context, at head) (raw, head, error) {
	records := raw{tokens: map[string]string{}, organizations: map[string]string{}}
	if err := l.scan(ctx, l.keys.organizations, records.organizations); err != nil {
		return records, at, err
	}
	if err := l.scan(ctx, l.keys.tokens, records.tokens); err != nil {
		return records, at, err
	}
	return l.catchUp(ctx, records, at)
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

// catchUp applies what was written meanwhile: of these a page may hold the old version or the new one.
func (l *loader) catchUp(ctx context.Context, records raw, at head) (raw, head, error) {
	ctx, cancel := context.WithTimeout(ctx, l.timeout)
	defer cancel()
	entries, err := l.entriesAfter(ctx, at.entry, noBlock)
	if err != nil {
		return records, at, err
	}
	for _, m := range entries {
		e := envelopeOf(m)
		if !e.follows(at) || e.reload {
			return records, at, errRestless
		}
		records.apply(m)
		at.revision, at.entry = e.revision, e.id
	}
	end, err := l.keys.getHead(ctx, l.client)
	if err == nil && (at.begun() && end.birth != at.birth || end.revision < at.revision) {
		err = errRestless // another registry has come while this one was read
	}
	if err == nil && end.revision == at.revision {
		err = l.complete(records, end)
		at.records = end.records
	}
	at.birth, at.fence = end.birth, end.fence
	return records, at, err
}

// complete returns a *registry.LostError if records are missing: Redis drops whole keys when it is short of memory and
// may.
func (l *loader) complete(records raw, at head) error {
	has := [2]int{len(records.tokens), len(records.organizations)}
	if has[0] >= at.records[0] && has[1] >= at.records[1] {
		return nil
	}
	return l.lost("it has %d of %d tokens and %d of %d organizations", has[0], at.records[0], has[1], at.records[1])
}

// fenced is what a collector has said of the registry.
func (l *loader) fenced(h head) error {
	return l.lost("a collector has served revision %s, and it is at %d", h.fence, h.revision)
}

func (l *loader) lost(detail string, args ...any) error {
	return &registry.LostError{Where: l.name, Detail: fmt.Sprintf(detail, args...)}
}

// noBlock makes a read of the stream return at once.
const noBlock = -1

// entriesAfter reads what follows an entry of the stream, and waits for something if there is nothing.
func (l *loader) entriesAfter(ctx context.Context, last string, block time.Duration) ([]redis.XMessage, error) {
	streams, err := l.client.XRead(ctx, &redis.XReadArgs{Streams: []string{l.keys.changes, last}, Block: block}).Result()
	switch {
	case errors.Is(err, redis.Nil):
		return nil, nil
	case err != nil:
		return nil, err
	default:
		return streams[0].Messages, nil
	}
}
