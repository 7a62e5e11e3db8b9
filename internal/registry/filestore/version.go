// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// version is a file at a moment.
type version struct {
	path    string
	info    os.FileInfo // nil if there is no file
	content []byte
	missing error // why there is none
}

func (v *version) absent() bool {
	return v.info == nil
}

// name tells it apart from others.
func (v *version) name() string {
	if v.absent() {
		return "absent"
	}
	return versionOf(v.content)
}

// contents are empty where they can't be known.
func (v *version) contents() (c *registry.Contents, known bool) {
	if v.absent() {
		return &registry.Contents{}, true
	}
	c, faults := Parse(v.content)
	if len(faults) > 0 {
		return &registry.Contents{}, false
	}
	return c, true
}

func versionOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// readVersion waits for a file that is just being written.
func readVersion(path string) (*version, error) {
	for range patience {
		info, content, err := readFile(path)
		if err != nil {
			return nil, err
		}
		if info != nil {
			return &version{path: path, info: info, content: content}, nil
		}
		time.Sleep(pollInterval)
	}
	return nil, restless(path)
}

// readForUpdate makes sure that a file may be written, too. One that isn't there is a version as well.
func readForUpdate(path string) (*version, error) {
	v, err := readVersion(path)
	if errors.Is(err, fs.ErrNotExist) {
		return &version{path: path, missing: err}, nil
	}
	if err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return nil, toBeAllowed(err)
	}
	return v, file.Close()
}

// destination follows links: what is replaced is the file to which they lead.
func destination(path string) (string, error) {
	resolved, err := filepath.EvalSymlinks(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return resolved, err
	}
	if _, linkErr := os.Lstat(path); linkErr == nil {
		return "", fmt.Errorf("%s is a link to nothing: %w: create the file, or correct the link", path, err)
	}
	directory, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return "", fmt.Errorf("%w: create the directory, or correct the path", err)
	}
	return filepath.Join(directory, filepath.Base(path)), nil
}

// replace puts a finished file in the place of this version, unless somebody else has done so, once that is announced.
// One left-over of a crash, beside the file, goes the same way.
func (v *version) replace(content []byte, announce func() error) error {
	finished := v.path + ".new"
	if err := os.Remove(finished); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return toBeAllowed(err)
	}
	err := v.finish(finished, content)
	if err == nil {
		err = announce()
	}
	if err == nil {
		err = v.swap(finished)
	}
	if err != nil {
		_ = os.Remove(finished)
		return err
	}
	if err := syncDirectory(filepath.Dir(v.path)); err != nil {
		return fmt.Errorf("%s is written, but a power failure could undo it: %w", v.path, err)
	}
	return nil
}

// finish writes a file that belongs to the same user and can be read by the same others as this version.
func (v *version) finish(path string, content []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return toBeAllowed(err)
	}
	_, err = file.Write(content)
	if err == nil && !v.absent() {
		err = errors.Join(giveTo(file, v.info), file.Chmod(v.info.Mode().Perm()))
	}
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// swap leaves the file alone if an editor, which takes no lock, was faster.
func (v *version) swap(finished string) error {
	now, err := readForUpdate(v.path)
	if err != nil {
		return err
	}
	if now.absent() != v.absent() || !bytes.Equal(now.content, v.content) {
		return &registry.ConflictError{Kind: "file", ID: v.path, Problem: registry.ConflictChanged}
	}
	err = os.Rename(finished, v.path)
	if errors.Is(err, syscall.EBUSY) {
		return fmt.Errorf("%w: %w: the file is mounted by itself: mount its directory", registry.ErrReadOnly, err)
	}
	return toBeAllowed(err)
}

// toBeAllowed adds to the error of a file that may not be written what to do.
func toBeAllowed(err error) error {
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) {
		return fmt.Errorf("%w: %w: let this user write the file and its directory, or change it where it comes from",
			registry.ErrReadOnly, err)
	}
	return err
}
