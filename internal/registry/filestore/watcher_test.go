// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestUnchangedFile(t *testing.T) {
	w := newWatch(t, holding("12"))
	w.pass(time.Hour)
	w.stamp() // touched
	w.pass(time.Hour)
	w.expect("12")
	w.expectStale(0)
}

func TestWrittenInPlace(t *testing.T) {
	w := newWatch(t, holding("12"))
	w.write(holding("23"))
	w.watcher.look()
	w.expect("12") // it may not be finished
	w.watcher.look()
	w.expect("23", served)
	w.pass(time.Hour)
	w.expect("23")
}

// What the store has written is served at once, unless somebody is writing the file meanwhile.
func TestToldOfAVersion(t *testing.T) {
	w := newWatch(t, holding("12"))
	told := func(content string) { w.watcher.told(sha256.Sum256([]byte(content))) }
	w.write(holding("23"))
	told(holding("23"))
	w.expect("23", served)
	w.pass(time.Minute)
	w.expect("23")
	w.write(holding("34")[:200])
	told(holding("34"))
	w.expect("23")
	w.write(holding("34"))
	w.pass(time.Minute)
	w.expect("34", served)
	require.NoError(t, os.Remove(w.path))
	told(holding("34"))
	w.expect("34")
}

// A change is served by the second look after it, as long as nothing else changes: 400 ms and the time to build it.
func TestWrittenInPlaceSlowly(t *testing.T) {
	w := newWatch(t, holding("12"))
	for _, unfinished := range []string{"", "organizations:", holding("3"), holding("34")[:200]} {
		w.write(unfinished)
		w.watcher.look()
		w.expect("12")
		w.expectStale(0)
	}
	w.write(holding("34"))
	w.pass(time.Second)
	w.expect("34", served)
}

// The limit: a writer that pauses for long has its first half taken for a version. As a rule it is faulty.
func TestWrittenWithALongPause(t *testing.T) {
	w := newWatch(t, holding("12"))
	w.write(holding("12345")[:300])
	w.pass(time.Second)
	w.expect("12", faulty)
	w.write("")
	w.pass(time.Second)
	w.expect("12", faulty)
	w.write(holding("12345"))
	w.pass(time.Second)
	w.expect("12345", served)
	w.expectStale(0)
}

func TestRenamedOver(t *testing.T) {
	w := newWatch(t, holding("12"))
	w.replace(holding("23"))
	w.pass(time.Second)
	w.expect("23", served)
	w.replace(holding("23")) // another file, the same content
	w.pass(time.Second)
	w.expect("23")
}

// replace renames a finished file, whose times and size are those of the old one.
func (w *watch) replace(content string) {
	w.t.Helper()
	old, err := os.Stat(w.path)
	require.NoError(w.t, err)
	finished := w.path + ".new"
	require.NoError(w.t, os.WriteFile(finished, []byte(content), 0o600))
	require.NoError(w.t, os.Chtimes(finished, old.ModTime(), old.ModTime()))
	require.NoError(w.t, os.Rename(finished, w.path))
}

// Kubernetes shows a ConfigMap or Secret as a link to a file behind a link to a directory, which it swaps.
func TestKubernetesVolume(t *testing.T) {
	v := newVolume(t, holding("12"))
	w := &watch{t: t, path: v.path(), clock: time.Now()}
	w.start()
	v.swap(holding("23"))
	w.watcher.look()
	w.expect("12")
	w.watcher.look()
	w.expect("23", served)
	v.swap("tokens: [")
	w.pass(time.Second)
	w.expect("23", faulty)
	v.swap(holding("23"))
	w.pass(time.Second)
	w.expect("23", served)
}

// volume is a mounted ConfigMap.
type volume struct {
	t        *testing.T
	dir      string
	versions int
}

func newVolume(t *testing.T, content string) *volume {
	t.Helper()
	v := &volume{t: t, dir: t.TempDir()}
	v.swap(content)
	require.NoError(t, os.Symlink(filepath.Join("..data", "tokens.yaml"), v.path()))
	return v
}

func (v *volume) path() string {
	return filepath.Join(v.dir, "tokens.yaml")
}

// swap does what kubelet's atomic writer does, the removal of the old version included.
func (v *volume) swap(content string) {
	v.t.Helper()
	v.versions++
	version, data := "..2026_"+string('a'+rune(v.versions)), filepath.Join(v.dir, "..data")
	old, _ := os.Readlink(data)
	require.NoError(v.t, os.Mkdir(filepath.Join(v.dir, version), 0o700))
	require.NoError(v.t, os.WriteFile(filepath.Join(v.dir, version, "tokens.yaml"), []byte(content), 0o600))
	require.NoError(v.t, os.Symlink(version, data+"_tmp"))
	require.NoError(v.t, os.Rename(data+"_tmp", data))
	if old != "" {
		require.NoError(v.t, os.RemoveAll(filepath.Join(v.dir, old)))
	}
}

func TestGoneForABlink(t *testing.T) {
	w := newWatch(t, holding("12"))
	w.remove()
	w.watcher.look()
	w.expect("12")
	w.expectStale(0)
	w.write(holding("12"))
	w.pass(time.Second)
	w.expect("12")
}

func TestRemovedAndBack(t *testing.T) {
	w := newWatch(t, holding("12"))
	w.remove()
	w.pass(time.Second)
	w.expect("12", absent)
	w.pass(time.Hour)
	w.expect("12")
	w.expectStale(time.Hour + time.Second)
	w.write(holding("12"))
	w.pass(time.Second)
	w.expect("12", served)
	w.expectStale(0)
	w.remove()
	w.pass(time.Second)
	w.expect("12", absent)
	w.write(holding("3"))
	w.pass(time.Second)
	w.expect("3", served)
	w.expectStale(0)
}

// The very same file comes back: nothing about it has changed.
func TestMovedAwayAndBack(t *testing.T) {
	w := newWatch(t, holding("12"))
	require.NoError(t, os.Rename(w.path, w.path+".away"))
	w.pass(time.Second)
	w.expect("12", absent)
	require.NoError(t, os.Rename(w.path+".away", w.path))
	w.pass(time.Second)
	w.expect("12", served)
	w.expectStale(0)
}

func TestBadVersions(t *testing.T) {
	const bad, worse = "tokens: bad\n", "tokens: bad\norganizations: worse\n"
	w := newWatch(t, holding("12"))
	w.write(bad)
	w.pass(time.Second)
	w.expect("12", faulty)
	w.pass(time.Hour)
	w.stamp()
	w.pass(time.Hour)
	w.expect("12") // once is enough
	w.expectStale(2*time.Hour + time.Second)
	w.write(worse)
	w.pass(time.Second)
	w.expect("12", faulty)
	w.expectStale(2*time.Hour + 2*time.Second)
	w.write(bad)
	w.pass(time.Second)
	w.expect("12", faulty)
	w.write(holding("12"))
	w.pass(time.Second)
	w.expect("12", served)
	w.expectStale(0)
	w.write(bad)
	w.pass(time.Second)
	w.expect("12", faulty)
	w.write(holding("34"))
	w.pass(time.Second)
	w.expect("34", served)
}

func TestBadVersionRemovedAndBack(t *testing.T) {
	w := newWatch(t, holding("12"))
	w.write("tokens: bad\n")
	w.pass(time.Second)
	w.expect("12", faulty)
	w.remove()
	w.pass(time.Second)
	w.expect("12", absent)
	w.write("tokens: bad\n")
	w.pass(time.Second)
	w.expect("12", faulty)
	w.expectStale(3 * time.Second)
}

// A directory stands for everything that is there and can't be read: root reads what has no permissions.
func TestUnreadableAndBack(t *testing.T) {
	w := newWatch(t, holding("12"))
	require.NoError(t, os.Rename(w.path, w.path+".away"))
	require.NoError(t, os.Mkdir(w.path, 0o700))
	w.pass(time.Second)
	w.expect("12", broken)
	w.pass(time.Second)
	w.expect("12")
	w.expectStale(2 * time.Second)
	w.remove()
	require.NoError(t, os.Rename(w.path+".away", w.path))
	w.pass(time.Second)
	w.expect("12", served)
	w.expectStale(0)
}

func TestBadVersionUnreadableAndBack(t *testing.T) {
	w := newWatch(t, holding("12"))
	w.write("tokens: bad\n")
	w.pass(time.Second)
	w.expect("12", faulty)
	w.remove()
	require.NoError(t, os.Mkdir(w.path, 0o700))
	w.pass(time.Second)
	w.expect("12", broken)
	w.remove()
	w.write("tokens: bad\n")
	w.pass(time.Second)
	w.expect("12", faulty)
}

// A value corrected to another wrong one reads the same, and is news all the same: silence would look like success.
func TestEachFaultyVersionIsReported(t *testing.T) {
	w := newWatch(t, holding("12"))
	w.write("tokens: bad\n")
	w.pass(time.Second)
	w.expect("12", faulty)
	w.write("tokens: worse\n")
	w.pass(time.Second)
	w.expect("12", faulty)
}

// Two writes within the grain of the file system's clock, of equal length: only the content tells.
func TestSecondWriteThatLooksTheSame(t *testing.T) {
	w := newWatch(t, holding("12"))
	w.write(holding("34"))
	modified := w.clock
	w.pass(young - 1)
	w.expect("34", served)
	require.NoError(t, os.WriteFile(w.path, []byte(holding("56")), 0o600))
	require.NoError(t, os.Chtimes(w.path, modified, modified))
	w.pass(0)
	w.expect("56", served)
}

// Later than that, nobody can tell a file from one of the same size and time, so it is read again now and then.
func TestFilesAreReadAgainInTheEnd(t *testing.T) {
	w := newWatch(t, holding("12"))
	w.write(holding("34"))
	modified := w.clock
	w.pass(young)
	w.expect("34", served)
	require.NoError(t, os.WriteFile(w.path, []byte(holding("56")), 0o600))
	require.NoError(t, os.Chtimes(w.path, modified, modified))
	w.pass(trust - 1)
	w.expect("34")
	w.pass(1)
	w.expect("56", served)
	require.NoError(t, os.WriteFile(w.path, []byte(holding("78")), 0o600))
	require.NoError(t, os.Chtimes(w.path, modified, modified))
	w.pass(trust - 1)
	w.expect("56")
}

// A change that never comes to an end would never be served: that must not go unnoticed.
func TestRestlessFile(t *testing.T) {
	w := newWatch(t, holding("12"))
	for range patience + 10 {
		w.write(holding("34"))
		w.clock = w.clock.Add(time.Millisecond)
		w.watcher.look()
	}
	w.expect("12", broken)
	w.pass(time.Second)
	w.expect("34", served)
}

// Warnings belong to the version being served.
func TestWarningsFollow(t *testing.T) {
	w := newWatch(t, tokenWith(`allowed_origins: ["null"]`))
	assert.Len(t, w.registry.Warnings(), 1)
	w.write(tokenWith("allowed_origins: [https://a.example.com, https://b.example.com, https://a.example.com]"))
	w.pass(time.Second)
	require.Len(t, w.registry.Warnings(), 1)
	assert.Equal(t, "tokens[0].allowed_origins[2]", w.registry.Warnings()[0].Field)
	w.write("tokens: [")
	w.pass(time.Second)
	assert.Len(t, w.registry.Warnings(), 1)
	w.write("tokens: []")
	w.pass(time.Second)
	assert.Empty(t, w.registry.Warnings())
	assert.Zero(t, w.registry.Len())
}

func TestChangedWhileItIsRead(t *testing.T) {
	w := newWatch(t, holding("12"))
	before, err := os.Stat(w.path)
	require.NoError(t, err)
	w.clock = w.clock.Add(time.Second)
	w.write(holding("12"))
	after, err := os.Stat(w.path)
	require.NoError(t, err)
	assert.False(t, same(before, after))
	assert.False(t, same(nil, after))
	assert.True(t, same(after, after))
}
