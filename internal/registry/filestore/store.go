// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// Options say how a store may be used.
type Options struct {
	// ReadOnly refuses writes, for files that something else looks after.
	ReadOnly bool

	// NoteEdits has the source tell the audit what is edited by hand: beside the file, or in the memory of this store where
	// it must not be written.
	NoteEdits bool
}

// Store is a registry in a YAML file for people: they read and change it.
type Store struct {
	path      string
	options   Options
	sources   sources
	unwritten memory // of the audit: what has no place beside the file
	written   func() // called when a new version is about to take the place of the old one; for tests
}

var _ registry.Store = (*Store)(nil)

// Open returns the store of a file, which need not be there yet.
func Open(path string, o Options) *Store {
	return &Store{path: path, options: o, written: func() {}}
}

// String implements registry.Store.
func (s *Store) String() string {
	return s.path
}

// Close implements registry.Store.
func (*Store) Close() error {
	return nil
}

// Source implements registry.Store.
func (s *Store) Source() registry.Source {
	return s.follow()
}

// Contents implements registry.Store. The error of a file that isn't there is an fs.ErrNotExist.
func (s *Store) Contents(context.Context) (*registry.Contents, error) {
	v, err := readVersion(s.path)
	if err != nil {
		return nil, toCreate(err)
	}
	contents, err := s.parse(v.content)
	if err != nil {
		return nil, err
	}
	contents.Sort()
	return contents, nil
}

// Token implements registry.Store.
func (s *Store) Token(ctx context.Context, id string) (registry.Token, error) {
	contents, err := s.Contents(ctx)
	if err != nil {
		return registry.Token{}, err
	}
	if t, ok := contents.Token(id); ok {
		return t, nil
	}
	return registry.Token{}, &registry.NotFoundError{Kind: "token", ID: id}
}

// Organization implements registry.Store.
func (s *Store) Organization(ctx context.Context, id string) (registry.Organization, error) {
	contents, err := s.Contents(ctx)
	if err != nil {
		return registry.Organization{}, err
	}
	if o, ok := contents.Organization(id); ok {
		return o, nil
	}
	return registry.Organization{}, &registry.NotFoundError{Kind: "organization", ID: id}
}

// Write implements registry.Store. A file that isn't there is created for records that are all new.
func (s *Store) Write(ctx context.Context, act audit.Act, changes ...registry.Change) error {
	if len(changes) == 0 {
		return nil
	}
	return s.update(ctx, act.At, func(v *version) ([]byte, []audit.Entry, error) {
		d, err := s.draft(v, changes)
		if err == nil {
			err = d.apply(changes)
		}
		if err != nil {
			return nil, nil, err
		}
		content, err := d.rewrite(v.content)
		return content, act.Entries(registry.Compare(d.changed())), err
	})
}

func (s *Store) draft(v *version, changes []registry.Change) (*draft, error) {
	switch {
	case !v.absent():
		contents, err := s.parse(v.content)
		if err != nil {
			return nil, err
		}
		return newDraft(contents), nil
	case !allNew(changes):
		return nil, toCreate(v.missing)
	}
	return &draft{}, nil
}

// Replace implements registry.Store.
func (s *Store) Replace(ctx context.Context, act audit.Act, c *registry.Contents) error {
	return s.update(ctx, act.At, func(v *version) ([]byte, []audit.Entry, error) {
		d := draftOf(c)
		if err := d.check(); err != nil {
			return nil, nil, err
		}
		content, err := d.rewrite(nil)
		_, is := d.changed()
		before, known := v.contents()
		return content, act.Whole(registry.Compare(before, is), known), err
	})
}

// Audit implements registry.Store.
func (s *Store) Audit(_ context.Context, q audit.Query) ([]audit.Entry, error) {
	path, err := destination(s.path)
	if err != nil {
		return nil, err
	}
	j, err := readJournal(path)
	if err != nil {
		return nil, err
	}
	if j.leadsTo != "" {
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, toCreate(err)
		}
		j.settle(versionOf(content))
	}
	return q.Select(append(j.find(q), s.unwritten.all()...)), nil
}

// update puts another version in the place of the file's, while no other writer does, and says so in its journal.
func (s *Store) update(
	ctx context.Context, at time.Time, change func(*version) ([]byte, []audit.Entry, error),
) error {
	if s.options.ReadOnly {
		return fmt.Errorf("%w: change %s where it comes from, or set read_only: false", registry.ErrReadOnly, s.path)
	}
	path, err := destination(s.path)
	if err != nil {
		return err
	}
	lock, err := acquire(ctx, path)
	if err != nil {
		return err
	}
	defer release(lock)
	v, err := readForUpdate(path)
	if err != nil {
		return err
	}
	content, entries, err := change(v)
	if err != nil || !v.absent() && bytes.Equal(content, v.content) {
		return err
	}
	j, err := readJournal(path)
	if err != nil {
		return toBeAllowed(err)
	}
	err = v.replace(content, func() error {
		defer s.written()
		return j.announce(v, content, entries, at)
	})
	if err != nil {
		return err
	}
	s.sources.tell(content)
	return j.confirm(v)
}

// parse returns the contents in the order of the file.
func (s *Store) parse(content []byte) (*registry.Contents, error) {
	contents, faults := Parse(content)
	if len(faults) > 0 {
		return nil, &registry.FaultsError{Where: s.path, Faults: faults}
	}
	sum := sha256.Sum256(content)
	contents.Revision = registry.Revision(binary.BigEndian.Uint64(sum[:]) | 1) // never 0
	return contents, nil
}

func allNew(changes []registry.Change) bool {
	for _, c := range changes {
		if c.Deleted || c.Revision != 0 {
			return false
		}
	}
	return true
}

// toCreate adds to the error of a file that isn't there what to do.
func toCreate(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: create the file, or correct the path", err)
	}
	return err
}
