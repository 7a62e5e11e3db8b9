// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

//go:build unix

package filestore

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// giveTo gives a file to the user and the group that another belongs to.
func giveTo(file *os.File, from os.FileInfo) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	owner, own := from.Sys().(*syscall.Stat_t), info.Sys().(*syscall.Stat_t)
	if owner.Uid == own.Uid && owner.Gid == own.Gid {
		return nil
	}
	if err := file.Chown(int(owner.Uid), int(owner.Gid)); err != nil {
		return fmt.Errorf("%w: %s belongs to user %d and group %d, to whom this user can't give a new version: "+
			"write it as that user, or as root", registry.ErrReadOnly, from.Name(), owner.Uid, owner.Gid)
	}
	return nil
}

// owns tells whether a file that this user leaves beside another can be used by whom that belongs to.
func owns(info os.FileInfo) bool {
	user := os.Geteuid()
	return user == 0 || user == int(info.Sys().(*syscall.Stat_t).Uid)
}

// syncDirectory makes a rename last. Some file systems need, and know, no such thing.
func syncDirectory(path string) error {
	directory, err := os.Open(path)
	if err != nil {
		return err
	}
	err = directory.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		err = nil
	}
	return errors.Join(err, directory.Close())
}
