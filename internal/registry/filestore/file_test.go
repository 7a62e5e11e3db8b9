// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

func TestStartErrors(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.yaml")
	require.NoError(t, os.WriteFile(bad, []byte("tokens: bad\n"), 0o600))
	loop := filepath.Join(dir, "loop.yaml")
	require.NoError(t, os.Symlink(loop, loop))

	err := start(t, filepath.Join(dir, "absent.yaml"))
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.ErrorContains(t, err, "absent.yaml")
	require.ErrorContains(t, start(t, dir), dir+" is not a regular file: name a YAML file of tokens")
	require.Error(t, start(t, loop))
	require.Error(t, start(t, ""))

	var faults *registry.FaultsError
	require.ErrorAs(t, start(t, bad), &faults)
	assert.Equal(t, bad+" can't be served, faults: 1\n  line 1: tokens: is not a list: "+
		"write [a, b], or start each entry with a dash",
		faults.Error())
}

func start(t *testing.T, path string) error {
	t.Helper()
	return registry.New(Open(path, Options{}).Source()).Start(t.Context(), nil)
}

func TestCloseWithoutStart(t *testing.T) {
	r := registry.New(Open("tokens.yaml", Options{}).Source())
	r.Close()
	r.Close()
	assert.Zero(t, r.Len())
	assert.Empty(t, r.Warnings())
	assert.Zero(t, r.Age())
	_, ok := r.Lookup(digestOf(1))
	assert.False(t, ok)
}

func TestCloseAfterAFailedStart(t *testing.T) {
	r := registry.New(Open(t.TempDir(), Options{}).Source())
	require.Error(t, r.Start(t.Context(), nil))
	r.Close()
}

// live is a started registry that looks every millisecond, and what it has reported.
type live struct {
	*registry.Registry

	path string
	mu   sync.Mutex
	seen []string
}

func goLive(t *testing.T, content string) *live {
	t.Helper()
	l := &live{path: filepath.Join(t.TempDir(), "tokens.yaml")}
	require.NoError(t, os.WriteFile(l.path, []byte(content), 0o600))
	file := Open(l.path, Options{}).follow()
	file.interval = time.Millisecond
	l.Registry = registry.New(file)
	require.NoError(t, l.Start(t.Context(), l.changed))
	t.Cleanup(l.Close)
	return l
}

func (l *live) changed(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		l.seen = append(l.seen, "failed")
	} else {
		l.seen = append(l.seen, known(l.Registry))
	}
}

func (l *live) events() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.seen
}

// rename replaces the file by a finished one, so that no half of it can be seen.
func (l *live) rename(t *testing.T, content string) {
	t.Helper()
	require.NoError(t, os.WriteFile(l.path+".new", []byte(content), 0o600))
	require.NoError(t, os.Rename(l.path+".new", l.path))
}

// wait waits for the last of these events, which must be all.
func (l *live) wait(t *testing.T, events ...string) {
	t.Helper()
	require.Eventually(t, func() bool { return len(l.events()) >= len(events) }, time.Minute, time.Millisecond)
	assert.Equal(t, events, l.events())
}

func TestReload(t *testing.T) {
	l := goLive(t, holding("12"))
	assert.Equal(t, "12", known(l.Registry))
	l.rename(t, holding("23"))
	l.wait(t, "23")
	l.rename(t, "tokens: [")
	l.wait(t, "23", "failed")
	assert.Equal(t, "23", known(l.Registry), "the old version stays")
	assert.Positive(t, l.Age())
	l.rename(t, holding("4"))
	l.wait(t, "23", "failed", "4")
	assert.Zero(t, l.Age())
	require.NoError(t, os.Remove(l.path))
	l.wait(t, "23", "failed", "4", "failed")
	assert.Equal(t, "4", known(l.Registry))
	l.rename(t, holding("4"))
	l.wait(t, "23", "failed", "4", "failed", "4")
	l.Close()
	l.Close()
	assert.Equal(t, "4", known(l.Registry), "a closed registry still answers those who come late")
}

// A token that is in every version is never unknown, not even for a moment.
func TestLookupsWhileReloading(t *testing.T) {
	l := goLive(t, holding("01"))
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					assert.True(t, steady(l.Registry))
				}
			}
		})
	}
	for i := 1; i <= 20; i++ {
		l.rename(t, holding([]string{"01", "02"}[i%2]))
		require.Eventually(t, func() bool { return len(l.events()) >= i }, time.Minute, time.Millisecond)
	}
	close(done)
	readers.Wait()
	assert.Len(t, l.events(), 20)
}

func steady(r *registry.Registry) bool {
	g, ok := r.Lookup(digestOf(0))
	return ok && g.Token.Organization == "acme" && !g.Expired(time.Now()) && r.Len() == 2 &&
		len(r.Warnings()) == 0 && r.Age() == 0
}
