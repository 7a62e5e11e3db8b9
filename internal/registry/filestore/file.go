// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"context"
	"sync"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// pollInterval is how often the file is looked at. A change by others is served after two looks: the second one makes sure
// that whoever writes it has finished. What the store itself has written is served at once. Polling one file costs next to
// nothing, and unlike notifications it works the same for renames, symlink swaps, bind mounts and network file systems.
const pollInterval = 200 * time.Millisecond

// File is a token file being followed.
type File struct {
	path     string
	notes    *notes // nil: nobody wants to know
	interval time.Duration
	now      func() time.Time
	news     chan digest // of the version that the store has written last
	done     chan struct{}
	closing  sync.Once
	watching sync.WaitGroup
}

var _ registry.Source = (*File)(nil)

// follow returns the source of a file, which is not read yet.
func (s *Store) follow() *File {
	f := &File{path: s.path, interval: pollInterval, now: time.Now, news: make(chan digest, 1), done: make(chan struct{})}
	if s.options.NoteEdits {
		f.notes = &notes{store: s, now: func() time.Time { return f.now() }}
	}
	s.sources.add(f)
	return f
}

// Start implements registry.Source. The error of a file that can't be served is a *registry.FaultsError, or what
// reading it returned.
func (f *File) Start(_ context.Context, follower registry.Follower) error {
	w := watcher{file: f, follower: follower}
	if err := w.loadFirst(); err != nil {
		return toCreate(err)
	}
	f.watching.Go(w.run)
	return nil
}

// Close implements registry.Source.
func (f *File) Close() {
	f.closing.Do(func() { close(f.done) })
	f.watching.Wait()
}
