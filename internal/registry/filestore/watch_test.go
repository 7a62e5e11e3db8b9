// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// watch drives a watcher by hand: every look is a call, and time passes only when told to. What the registry that
// follows it reports is taken down in one word each.
type watch struct {
	t        *testing.T
	path     string
	registry *registry.Registry
	watcher  *watcher
	follower *timekeeper
	clock    time.Time
	reported []string
}

var _ registry.Source = (*watch)(nil)

// Words for what a watcher reports.
const (
	served = "served"
	faulty = "faulty"
	absent = "absent"
	broken = "can't be read"
)

func newWatch(t *testing.T, content string) *watch {
	t.Helper()
	w := &watch{t: t, path: filepath.Join(t.TempDir(), "tokens.yaml"), clock: time.Now()}
	w.write(content)
	w.start()
	return w
}

func (w *watch) start() {
	w.t.Helper()
	w.registry = registry.New(w)
	require.NoError(w.t, w.registry.Start(w.t.Context(), w.changed))
	w.pass(time.Minute)
}

// Start implements registry.Source, without a goroutine.
func (w *watch) Start(_ context.Context, follower registry.Follower) error {
	file := Open(w.path, Options{}).follow()
	file.now = func() time.Time { return w.clock }
	w.follower = &timekeeper{Follower: follower, now: file.now}
	w.watcher = &watcher{file: file, follower: w.follower}
	return w.watcher.loadFirst()
}

// Close implements registry.Source.
func (*watch) Close() {}

// timekeeper takes down when what is served was last confirmed, by the clock of the watch.
type timekeeper struct {
	registry.Follower

	now       func() time.Time
	confirmed time.Time
	failing   bool
}

func (k *timekeeper) Loaded(c *registry.Contents) {
	k.confirmed, k.failing = k.now(), false
	k.Follower.Loaded(c)
}

func (k *timekeeper) Current() {
	k.confirmed, k.failing = k.now(), false
	k.Follower.Current()
}

func (k *timekeeper) Failed(reason error) {
	k.failing = true
	k.Follower.Failed(reason)
}

func (w *watch) changed(err error) {
	var faults *registry.FaultsError
	switch {
	case err == nil:
		w.reported = append(w.reported, served)
	case errors.As(err, &faults):
		w.reported = append(w.reported, faulty)
	case errors.Is(err, fs.ErrNotExist):
		w.reported = append(w.reported, absent)
	default:
		w.reported = append(w.reported, broken)
	}
}

// pass has time pass with nothing happening, in which the watcher looks often enough to notice.
func (w *watch) pass(d time.Duration) {
	w.clock = w.clock.Add(d)
	for range 5 {
		w.watcher.look()
	}
}

// write writes in place, as most editors and shells do.
func (w *watch) write(content string) {
	w.t.Helper()
	require.NoError(w.t, os.WriteFile(w.path, []byte(content), 0o600))
	w.stamp()
}

// stamp has the file modified at the watch's own time.
func (w *watch) stamp() {
	w.t.Helper()
	require.NoError(w.t, os.Chtimes(w.path, w.clock, w.clock))
}

func (w *watch) remove() {
	w.t.Helper()
	require.NoError(w.t, os.RemoveAll(w.path))
}

// expect checks what was reported since the last time, and which of the tokens 0 to 9 are served.
func (w *watch) expect(tokens string, reported ...string) {
	w.t.Helper()
	assert.Equal(w.t, reported, w.reported)
	assert.Equal(w.t, tokens, known(w.registry))
	w.reported = nil
}

// expectStale checks for how long the file has not been known to be what is served; 0 while it is.
func (w *watch) expectStale(age time.Duration) {
	w.t.Helper()
	assert.Equal(w.t, age > 0, w.follower.failing)
	assert.Equal(w.t, age > 0, w.registry.Age() > 0)
	if age > 0 {
		assert.Equal(w.t, age, w.clock.Sub(w.follower.confirmed))
	}
}

// known lists the tokens 0 to 9 that are served.
func known(r *registry.Registry) string {
	var known strings.Builder
	for i := range 10 {
		if g, ok := r.Lookup(digestOf(i)); ok && len(g.Token.Secrets) == 1 {
			known.WriteByte('0' + byte(i))
		}
	}
	return known.String()
}

// holding is a file of the given tokens of 0 to 9.
func holding(tokens string) string {
	var b strings.Builder
	b.WriteString(acme + "tokens:\n")
	for _, i := range tokens {
		b.WriteString("  - {organization: acme, kind: web, secret: " + secretOf(int(i-'0')) + "}\n")
	}
	return b.String()
}
