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

// How long Redis is left alone after a failure.
const (
	minPause = 50 * time.Millisecond
	maxPause = 500 * time.Millisecond
)

// state is what a follower has been told about Redis.
type state int

const (
	current state = iota
	away
	lost
)

// tail follows the stream of changes. It belongs to one goroutine.
type tail struct {
	loader

	follower registry.Follower
	state    state
	loaded   bool
	at       head // of what the follower has been told
	told     told
}

func newTail(client redis.UniversalClient, config *redisconn.Config, f registry.Follower) *tail {
	return &tail{loader: newLoader(client, config), follower: f}
}

func (t *tail) run(ctx context.Context) {
	pause := minPause
	for ctx.Err() == nil {
		if t.step(ctx) {
			pause = minPause
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, maxPause)
	}
}

// step goes one step on: it loads everything, or waits for a change. It reports false if that failed.
func (t *tail) step(ctx context.Context) bool {
	err := t.advance(ctx)
	var gone *registry.LostError
	switch {
	case ctx.Err() != nil:
	case err == nil:
		t.state = current
		t.follower.Current()
	case errors.As(err, &gone):
		t.enter(lost, err)
	case t.state != lost: // which is the worse news
		t.enter(away, fmt.Errorf("%w: %s: %w", registry.ErrUnavailable, t.name, err))
	}
	return err == nil
}

// enter tells the follower of a failure, once.
func (t *tail) enter(s state, reason error) {
	if t.state != s {
		t.state = s
		t.follower.Failed(reason)
	}
}

func (t *tail) advance(ctx context.Context) error {
	if !t.loaded || t.state != current {
		return t.resume(ctx)
	}
	entries, err := t.entriesAfter(ctx, t.at.entry, block)
	switch {
	case err != nil:
		return err
	case len(entries) == 0:
		return t.resume(ctx)
	default:
		return t.follow(ctx, entries)
	}
}

// resume looks whether the registry is still where it was left, and goes on from there.
func (t *tail) resume(ctx context.Context) error {
	h, err := t.head(ctx)
	if err != nil {
		return err
	}
	if err := t.compare(h); err != nil {
		t.fence(ctx, h)
		return err
	}
	switch {
	case !t.loaded || h.birth != t.at.birth:
		return t.reload(ctx)
	case h.revision == t.at.revision:
		return nil
	}
	entries, err := t.entriesAfter(ctx, t.at.entry, noBlock)
	switch {
	case err != nil:
		return err
	case len(entries) == 0:
		return t.reload(ctx) // the stream is gone
	default:
		return t.follow(ctx, entries)
	}
}

// compare returns a *registry.LostError if the registry has lost what the follower was told, or what another collector
// was told.
func (t *tail) compare(h head) error {
	switch {
	case h.fence != "":
		return t.fenced(h)
	case !t.loaded || !t.at.begun() || h.bornAfter(t.at):
		return nil
	case !h.begun():
		return t.lost("it is empty, as after FLUSHALL or a restart without persistence; revision %d was served", t.at.revision)
	case h.birth != t.at.birth:
		return t.lost("another registry has begun in its place; revision %d of the old one was served", t.at.revision)
	case h.revision < t.at.revision:
		return t.lost("it is at revision %d, and %d was served", h.revision, t.at.revision)
	case h.revision == t.at.revision && h.entry != t.at.entry:
		return t.lost("its revision %d is another one than was served", h.revision)
	default:
		return nil
	}
}

// follow tells the follower what entries of the stream have changed.
func (t *tail) follow(ctx context.Context, entries []redis.XMessage) error {
	var all []registry.Change
	at := t.at
	for _, m := range entries {
		e := envelopeOf(m)
		changes, err := changesOf(m)
		if err != nil || e.reload || !e.follows(at) || !at.begun() || len(t.told.leftOut) > 0 {
			t.tell(all, at)
			return t.leap(ctx, e)
		}
		all = append(all, changes...)
		at.revision, at.entry = e.revision, e.id
	}
	t.tell(all, at)
	return nil
}

// leap goes on behind an entry that can't be followed by itself, by loading everything. If it should follow on what the
// follower was told, and doesn't, writes were lost.
func (t *tail) leap(ctx context.Context, e envelope) error {
	h, err := t.head(ctx)
	if err != nil {
		return err
	}
	other := e.revision <= t.at.revision || e.revision == t.at.revision+1 && e.after != t.at.entry
	if t.at.begun() && h.birth == t.at.birth && other {
		return t.lose(ctx, h, "its revision %d is another one than was served", e.revision)
	}
	return t.reload(ctx)
}

// lose puts up a fence around a registry that has lost writes.
func (t *tail) lose(ctx context.Context, h head, detail string, args ...any) error {
	t.fence(ctx, h)
	return t.lost(detail, args...)
}

func (t *tail) tell(changes []registry.Change, at head) {
	t.at = at
	if len(changes) == 0 {
		return
	}
	t.follower.Changed(changes)
	for _, c := range changes {
		t.told.note(c)
	}
}

// reload tells the follower all records anew, unless they show that writes were lost.
func (t *tail) reload(ctx context.Context) error {
	records, at, err := t.load(ctx)
	if err != nil {
		return err
	}
	if err := t.compare(at); err != nil {
		t.fence(ctx, at)
		return err
	}
	contents, faults := records.contents(at.revision)
	if t.loaded && at.birth == t.at.birth {
		if err := t.continues(ctx, at, contents); err != nil {
			return err
		}
	}
	contents.Warnings = append(t.warnings(ctx, contents), append(faults, contents.Warnings...)...)
	t.follower.Loaded(contents)
	t.at, t.loaded, t.told = at, true, toldBy(contents, records)
	return nil
}

// continues looks whether what was loaded has grown out of what the follower was told: the stream has the entry that was
// told last, or has forgotten it, and no record from before it is another one.
func (t *tail) continues(ctx context.Context, at head, contents *registry.Contents) error {
	remembered, err := t.remembered(ctx)
	switch {
	case err != nil:
		return err
	case !remembered:
		return t.lose(ctx, at, "its history doesn't have revision %d, which was served", t.at.revision)
	case t.told.contradict(contents, t.at.revision):
		return t.lose(ctx, at, "records of a time before revision %d are others than were served", t.at.revision)
	default:
		return nil
	}
}

// remembered reports false if the stream goes back to before the entry that was told last, and doesn't have it.
func (t *tail) remembered(ctx context.Context) (bool, error) {
	if t.at.entry == beginning {
		return true, nil
	}
	from, err := t.entriesAfter(ctx, entryBefore(t.at.entry), noBlock)
	if err != nil || len(from) > 0 && from[0].ID == t.at.entry {
		return err == nil, err
	}
	oldest, err := t.entriesAfter(ctx, beginning, noBlock)
	return len(oldest) == 0 || envelopeOf(oldest[0]).revision > t.at.revision, err
}
