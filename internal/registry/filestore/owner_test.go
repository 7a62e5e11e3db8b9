// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

//go:build linux

package filestore

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// somebody and nobody are users without privileges.
const somebody, nobody = 1234, 65534

// as does something as another user, as far as files are concerned.
func as(user uintptr, do func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // for good: the thread ends with the goroutine
		for _, id := range []uintptr{syscall.SYS_SETFSGID, syscall.SYS_SETFSUID} {
			_, _, _ = syscall.RawSyscall(id, user, 0, 0)
		}
		done <- do()
	}()
	return <-done
}

// openRig is a store of a file that belongs to somebody, in a directory where everybody may write.
func openRig(t *testing.T) *rig {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can give files away, and be somebody else")
	}
	directory := t.TempDir()
	require.NoError(t, os.Chmod(filepath.Dir(directory), 0o755))
	require.NoError(t, os.Chmod(directory, 0o777))
	r := &rig{Open(filepath.Join(directory, "tokens.yaml"), Options{}), t}
	r.edit(short)
	require.NoError(t, os.Chown(r.path, somebody, somebody))
	return r
}

func ownerOf(t *testing.T, path string) [2]uint32 {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	owner := info.Sys().(*syscall.Stat_t)
	return [2]uint32{owner.Uid, owner.Gid}
}

// Root leaves somebody's file to somebody, who can go on writing it.
func TestOwnerStays(t *testing.T) {
	r := openRig(t)
	require.NoError(t, r.Write(t.Context(), audit.Act{}, r.change(limitA)...))
	assert.Equal(t, [2]uint32{somebody, somebody}, ownerOf(t, r.path))
	assert.Equal(t, [2]uint32{somebody, somebody}, ownerOf(t, r.path+".lock"))
	assert.Equal(t, [2]uint32{somebody, somebody}, ownerOf(t, r.journal()))
	require.NoError(t, as(somebody, func() error { return r.Write(t.Context(), audit.Act{}, r.change(createC)...) }))
	assert.Equal(t, [2]uint32{somebody, somebody}, ownerOf(t, r.path))
	require.NoError(t, r.Write(t.Context(), audit.Act{}, r.change(createBell)...))
}

// Who can't give the file back to its owner does not write it.
func TestOwnerWouldChange(t *testing.T) {
	r := openRig(t)
	require.NoError(t, os.Chmod(r.path, 0o666))
	err := as(nobody, func() error { return r.Write(t.Context(), audit.Act{}, r.change(limitA)...) })
	require.ErrorIs(t, err, registry.ErrReadOnly)
	require.EqualError(t, err, "the registry is read-only: tokens.yaml belongs to user 1234 and group 1234, "+
		"to whom this user can't give a new version: write it as that user, or as root")
	assert.Equal(t, withDigests(short), r.content())
	assert.NoFileExists(t, r.path+".new")
}

func TestNotWritable(t *testing.T) {
	const fix = ": let this user write the file and its directory, or change it where it comes from"
	tests := []struct {
		name    string
		prepare func(r *rig) error
		user    uintptr
		want    string
	}{
		{
			"somebody else's file", func(r *rig) error { return os.Chmod(r.path, 0o644) }, nobody,
			"PATH: permission denied" + fix,
		},
		{"own file", func(r *rig) error { return os.Chmod(r.path, 0o444) }, somebody, "PATH: permission denied" + fix},
		{
			"directory", func(r *rig) error { return os.Chmod(filepath.Dir(r.path), 0o755) }, somebody,
			"PATH.lock: permission denied" + fix,
		},
		{
			"directory, with a lock", func(r *rig) error {
				lock, err := acquire(t.Context(), r.path)
				if err != nil {
					return err
				}
				_ = lock.Close()
				return os.Chmod(filepath.Dir(r.path), 0o755)
			}, somebody, "PATH.new: permission denied" + fix,
		},
		{
			"somebody else's lock", func(r *rig) error { return os.WriteFile(r.path+".lock", nil, 0o600) }, somebody,
			"PATH.lock: permission denied" + fix,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := openRig(t)
			list := r.change(limitA)
			require.NoError(t, tt.prepare(r))
			err := as(tt.user, func() error { return r.Write(t.Context(), audit.Act{}, list...) })
			require.ErrorIs(t, err, registry.ErrReadOnly)
			require.ErrorContains(t, err, "the registry is read-only: open ")
			require.ErrorContains(t, err, strings.ReplaceAll(tt.want, "PATH", r.path))
			assert.Equal(t, withDigests(short), r.content())
			assert.NoFileExists(t, r.path+".new")
		})
	}
}
