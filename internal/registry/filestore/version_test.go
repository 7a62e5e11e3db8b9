// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// An editor takes no lock. If it has saved another version after ours was read, that one stays.
func TestEditorWasFaster(t *testing.T) {
	edited := strings.Replace(short, "id: b", "id: edited", 1)
	tests := []struct {
		name  string
		edit  func(r *rig)
		after string
	}{
		{"in place", func(r *rig) { r.edit(edited) }, edited},
		{"by a rename", func(r *rig) {
			require.NoError(r.t, os.WriteFile(r.path+".edited", []byte(withDigests(edited)), 0o600))
			require.NoError(r.t, os.Rename(r.path+".edited", r.path))
		}, edited},
		{"with faults", func(r *rig) { r.edit("tokens: [") }, "tokens: ["},
		{"emptied", func(r *rig) { r.edit("") }, ""},
		{"removed", func(r *rig) { require.NoError(r.t, os.Remove(r.path)) }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, short)
			r.written = func() { tt.edit(r) }
			err := r.Write(t.Context(), audit.Act{}, r.change(limitA)...)
			require.ErrorAs(t, err, new(*registry.ConflictError))
			require.EqualError(t, err, "file "+r.path+" was changed meanwhile: look at it and try again; nothing was written")
			if _, err := os.Stat(r.path); tt.name != "removed" || err == nil {
				assert.Equal(t, withDigests(tt.after), r.content())
			}
			assert.NoFileExists(t, r.path+".new")
		})
	}
}

func TestSavedAgainAsItWas(t *testing.T) {
	r := newRig(t, short)
	r.written = func() { r.edit(short) }
	require.NoError(t, r.Write(t.Context(), audit.Act{}, r.change(limitA)...))
	assert.Contains(t, r.content(), "spans_per_minute: 5")
}

func TestCreatedMeanwhile(t *testing.T) {
	r := newRig(t, short)
	contents, err := r.Contents(t.Context())
	require.NoError(t, err)
	require.NoError(t, os.Remove(r.path))
	r.written = func() { r.edit("tokens: []\n") }
	require.ErrorAs(t, r.Replace(t.Context(), audit.Act{}, contents), new(*registry.ConflictError))
	assert.Equal(t, "tokens: []\n", r.content())
}

// What says the same is not written: nobody who follows the file is bothered.
func TestNothingToWrite(t *testing.T) {
	r := newRig(t, short)
	before, err := os.Stat(r.path)
	require.NoError(t, err)
	require.NoError(t, r.Write(t.Context(), audit.Act{}, r.change(func(c *changes) { createC(c); c.deleteToken("c") })...))
	after, err := os.Stat(r.path)
	require.NoError(t, err)
	assert.True(t, same(before, after))
}

func TestModesStay(t *testing.T) {
	for _, mode := range []os.FileMode{0o600, 0o640, 0o644, 0o666} {
		r := newRig(t, short)
		require.NoError(t, os.Chmod(r.path, mode))
		require.NoError(t, r.Write(t.Context(), audit.Act{}, r.change(limitA)...))
		info, err := os.Stat(r.path)
		require.NoError(t, err)
		assert.Equal(t, mode, info.Mode())
	}
}

// A link is followed: the file behind it is replaced, and locked.
func TestLinks(t *testing.T) {
	r := newRig(t, short)
	elsewhere := t.TempDir()
	link, linked := filepath.Join(elsewhere, "link.yaml"), filepath.Join(elsewhere, "directory")
	require.NoError(t, os.Symlink(r.path, link))
	require.NoError(t, os.Symlink(filepath.Dir(r.path), linked))
	for i, path := range []string{link, filepath.Join(linked, "tokens.yaml")} {
		through := &rig{Open(path, Options{}), t}
		require.NoError(t, through.Write(t.Context(), audit.Act{}, through.change(func(c *changes) {
			c.createToken(webToken(string(rune('c'+i)), 3+i))
		})...))
	}
	info, err := os.Lstat(link)
	require.NoError(t, err)
	assert.Equal(t, fs.ModeSymlink, info.Mode().Type())
	assert.Equal(t, withDigests(short+shortC+strings.NewReplacer("id: c", "id: d", "D3", "D4").Replace(shortC)), r.content())
	assert.FileExists(t, r.path+".lock")
	assert.NoFileExists(t, link+".lock")
}

func TestLinkToNothing(t *testing.T) {
	link := filepath.Join(t.TempDir(), "tokens.yaml")
	require.NoError(t, os.Symlink("absent.yaml", link))
	err := Open(link, Options{}).Replace(t.Context(), audit.Act{}, &registry.Contents{})
	require.ErrorContains(t, err, link+" is a link to nothing")
	require.ErrorContains(t, err, "create the file, or correct the link")
}

func TestNotAFile(t *testing.T) {
	directory := t.TempDir()
	s := Open(directory, Options{})
	_, err := s.Contents(t.Context())
	require.ErrorContains(t, err, directory+" is not a regular file: name a YAML file of tokens")
	require.ErrorContains(t, s.Replace(t.Context(), audit.Act{}, &registry.Contents{}),
		" is not a regular file: name a YAML file of tokens")
}

func TestErrorsOfFileSystems(t *testing.T) {
	errs := map[error]bool{syscall.EROFS: true, syscall.EACCES: true, syscall.EPERM: true, syscall.ENOSPC: false}
	for err, readOnly := range errs {
		got := toBeAllowed(&fs.PathError{Op: "open", Path: "tokens.yaml", Err: err})
		require.ErrorIs(t, got, err)
		assert.Equal(t, readOnly, errors.Is(got, registry.ErrReadOnly))
	}
	require.NoError(t, toBeAllowed(nil))
}

// What a crash has left is no obstacle, and doesn't pile up.
func TestLeftOver(t *testing.T) {
	r := newRig(t, short)
	require.NoError(t, os.WriteFile(r.path+".new", []byte("half"), 0o600))
	require.NoError(t, r.Write(t.Context(), audit.Act{}, r.change(limitA)...))
	assert.Contains(t, r.content(), "spans_per_minute: 5")
	entries, err := os.ReadDir(filepath.Dir(r.path))
	require.NoError(t, err)
	require.Len(t, entries, 3)
	assert.Equal(t, "tokens.yaml", entries[0].Name())
	assert.Equal(t, "tokens.yaml.audit.jsonl", entries[1].Name())
	assert.Equal(t, "tokens.yaml.lock", entries[2].Name())
}
