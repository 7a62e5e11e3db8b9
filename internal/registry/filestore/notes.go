// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// notes tell the audit what was edited by hand. They belong to one goroutine.
type notes struct {
	store *Store
	now   func() time.Time

	known   *registry.Contents // what is accounted for; nil: not yet anything
	version string
}

// errMoved is the end of taking a note of a version that isn't there any more.
var errMoved = errors.New("the file has changed again")

// take accounts for a version of the file, and reports false if it has to be tried again, since somebody is writing. What
// can't be written beside the file is kept in memory.
func (n *notes) take(served *registry.Contents, version string) bool {
	err := n.write(served, version)
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, errMoved) {
		return false
	}
	if err != nil {
		n.remember(served, version)
	}
	n.known, n.version = served, version
	return true
}

func (n *notes) write(served *registry.Contents, version string) error {
	path, err := n.destination()
	if err != nil {
		return err
	}
	if j, err := readJournal(path); err == nil && j.leadsTo == "" && n.accounted(j.version, version) {
		return nil // as a rule, and without a lock
	}
	short, cancel := context.WithTimeout(context.Background(), pollInterval)
	defer cancel()
	lock, err := acquire(short, path)
	if err != nil {
		return err
	}
	defer release(lock)
	info, content, err := readFile(path)
	if err == nil && (info == nil || versionOf(content) != version) {
		err = errMoved
	}
	if err != nil {
		return err
	}
	return n.add(path, info, served, version)
}

// add goes on with the journal of a file that nobody is writing.
func (n *notes) add(path string, info os.FileInfo, served *registry.Contents, version string) error {
	j, err := readJournal(path)
	if err != nil {
		return err
	}
	j.settle(version)
	entries := n.entries(j.version, served, version)
	if len(entries) > 0 || j.version != "" && j.version != version {
		err = j.shrink(info, n.now(), len(entries))
		j.note(version, entries)
	}
	if err == nil && len(j.unsaved) > 0 {
		err = j.save(info)
	}
	return err
}

// destination returns where the file is, if this user may leave something beside it that its owner can use.
func (n *notes) destination() (string, error) {
	if n.store.options.ReadOnly {
		return "", registry.ErrReadOnly
	}
	path, err := destination(n.store.path)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(path)
	if err == nil && !owns(info) {
		err = registry.ErrReadOnly
	}
	return path, err
}

// entries tells what was edited since the version that the journal knows of.
func (n *notes) entries(journal string, served *registry.Contents, version string) []audit.Entry {
	switch {
	case n.accounted(journal, version):
		return nil
	case journal == n.version, journal == "":
		return byHand(n.now()).Entries(registry.Compare(n.known, served))
	default:
		return missed(n.now())
	}
}

// accounted tells whether there is nothing to say: somebody has, or what is there is the first that is known.
func (n *notes) accounted(journal, version string) bool {
	return journal == version || journal == "" && n.known == nil
}

// remember keeps in memory what can't be written. A version that somebody else has written is in his journal.
func (n *notes) remember(served *registry.Contents, version string) {
	if n.known != nil && !n.written(version) {
		n.store.unwritten.add(byHand(n.now()).Entries(registry.Compare(n.known, served)), n.now())
	}
}

// written tells whether somebody has written the version who could say so.
func (n *notes) written(version string) bool {
	path, err := destination(n.store.path)
	if err != nil {
		return false
	}
	j, err := readJournal(path)
	if err != nil {
		return false
	}
	j.settle(version)
	return j.version == version
}

// memory holds entries of which there is no journal.
type memory struct {
	mu      sync.Mutex
	entries []audit.Entry
	last    audit.ID
}

func (m *memory) add(entries []audit.Entry, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range identified(entries, m.last) {
		m.entries, m.last = append(m.entries, e), e.ID
	}
	m.entries = audit.Kept(m.entries, now)
}

func (m *memory) all() []audit.Entry {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.entries
}
