// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/gofrs/flock"
)

const (
	lockPatience = 5 * time.Second // with another writer, who needs milliseconds
	lockInterval = 10 * time.Millisecond
)

// acquire keeps other writers out until the lock is closed, or the process has ended in whatever way. The lock is a
// file beside the file, which is replaced with each write and so can't be the lock itself. It stays there: who removed
// it would let two writers lock two of them.
func acquire(ctx context.Context, path string) (*flock.Flock, error) {
	name := path + ".lock"
	if err := prepareLock(name, path); err != nil {
		return nil, err
	}
	lock := flock.New(name)
	patient, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	ok, err := lock.TryLockContext(patient, lockInterval)
	switch {
	case ok:
		return lock, nil
	case ctx.Err() != nil:
		return nil, fmt.Errorf("waiting for %s, which another writer holds: %w", name, ctx.Err())
	case errors.Is(err, context.DeadlineExceeded):
		return nil, fmt.Errorf("another writer has held %s for %s: try again; nothing was written", name, lockPatience)
	}
	return nil, toBeAllowed(err)
}

// release has no error to tell: closing the file, which the end of the process does, too, gives up the lock.
func release(lock *flock.Flock) {
	_ = lock.Close()
}

// prepareLock creates the lock of a file for the same user: one that root has left must not lock out whose file it is.
func prepareLock(name, path string) error {
	lock, err := os.OpenFile(name, os.O_RDONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return toBeAllowed(err)
	}
	if info, err := os.Stat(path); err == nil {
		_ = giveTo(lock, info) // who can't will not be able to write the file, either
	}
	return lock.Close()
}
