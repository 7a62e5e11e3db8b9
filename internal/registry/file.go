// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"sync/atomic"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/strictyaml"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// pollInterval is how often the file is looked at. A change is served after two looks: the second one makes sure that
// whoever writes it has finished. Polling one file costs next to nothing, and unlike notifications it works the same
// for renames, symlink swaps, bind mounts and network file systems.
const pollInterval = 200 * time.Millisecond

// File is a registry in a YAML file. Use NewFile, Start and Close.
type File struct {
	path     string
	interval time.Duration
	now      func() time.Time
	current  atomic.Pointer[snapshot]
	stale    atomic.Pointer[time.Time] // since when; nil while the served version is the file's
	done     chan struct{}
	closing  sync.Once
	watching sync.WaitGroup
}

// NewFile returns the registry of a file, which is not read yet. Until Start it knows no token.
func NewFile(path string) *File {
	f := &File{path: path, interval: pollInterval, now: time.Now, done: make(chan struct{})}
	f.current.Store(&snapshot{})
	return f
}

// Start loads the file and goes on watching it until Close. The error of a file that can't be served is a
// *FaultsError, or what reading it returned. changed is called from the watching goroutine whenever the state changes:
// with nil after a new version is served or a lost one is back, with the error of a new version that is not.
func (f *File) Start(changed func(error)) error {
	w := watcher{file: f, changed: changed}
	err := w.loadFirst()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: create the file, or correct the path", err)
	case err != nil:
		return err
	}
	f.watching.Go(w.run)
	return nil
}

// Close stops watching. It may come without Start, and twice.
func (f *File) Close() {
	f.closing.Do(func() { close(f.done) })
	f.watching.Wait()
}

// Lookup returns what the secret with this digest stands for. It does no I/O.
func (f *File) Lookup(d token.Digest) (*Grant, bool) {
	g, ok := f.current.Load().grants[d]
	return g, ok
}

// Tokens returns the tokens of the version being served, in their order. Don't change them.
func (f *File) Tokens() []*token.Token {
	return f.current.Load().tokens
}

// Warnings returns what may not be meant as it is written in the version being served.
func (f *File) Warnings() []strictyaml.Fault {
	return f.current.Load().warnings
}

// Age tells how long ago the version being served was last known to be the file's: 0 while it is.
func (f *File) Age() time.Duration {
	if since := f.stale.Load(); since != nil {
		return f.now().Sub(*since)
	}
	return 0
}
