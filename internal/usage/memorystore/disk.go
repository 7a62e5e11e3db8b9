// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package memorystore

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// disk is where a store is kept over a restart: a sheet for each page of a book, so that only the last ones are written
// again and again. A nil disk keeps nothing.
type disk struct {
	client storage.Client
	stored map[place]struct{}
	due    map[place]struct{} // changed since it was stored
}

// place is where a sheet is stored.
type place struct {
	kind string
	page int64
}

const (
	minutesKind = "minutes"
	hoursKind   = "hours"
	originsKind = "origins"
	lastUseKind = "last-use"

	// indexKey is for the places of all sheets: a storage doesn't tell them.
	indexKey = "index"
)

func (p place) String() string {
	return p.kind + "/" + strconv.FormatInt(p.page, 10)
}

func newDisk(client storage.Client) *disk {
	return &disk{client: client, stored: map[place]struct{}{}, due: map[place]struct{}{}}
}

func (d *disk) changed(p place) {
	if d != nil {
		d.due[p] = struct{}{}
	}
}

// save stores what has changed, all of it or nothing. Nobody else changes anything meanwhile.
func (s *Store) save(ctx context.Context) error {
	if s.disk == nil || len(s.disk.due) == 0 {
		return nil
	}
	stored := maps.Clone(s.disk.stored)
	var operations []*storage.Operation
	for p := range s.disk.due {
		sheet := s.sheet(p)
		if len(sheet) == 0 {
			delete(stored, p)
			operations = append(operations, storage.DeleteOperation(p.String()))
			continue
		}
		stored[p] = struct{}{}
		operations = append(operations, storage.SetOperation(p.String(), sheet.encode()))
	}
	if !maps.Equal(stored, s.disk.stored) {
		operations = append(operations, storage.SetOperation(indexKey, encodeIndex(stored)))
	}
	if err := s.disk.client.Batch(ctx, operations...); err != nil {
		return fmt.Errorf("usage can't be stored: %w", err)
	}
	s.disk.stored = stored
	clear(s.disk.due)
	return nil
}

func encodeIndex(places map[place]struct{}) []byte {
	var keys []string
	for p := range places {
		keys = append(keys, p.String())
	}
	slices.Sort(keys)
	return []byte(strings.Join(keys, "\n"))
}

// load reads what is stored. What can't be read is stored anew when something is counted for it.
func (s *Store) load(ctx context.Context) error {
	index, err := s.disk.client.Get(ctx, indexKey)
	if err != nil {
		return fmt.Errorf("stored usage can't be read: %w", err)
	}
	var failed error
	for key := range strings.FieldsSeq(string(index)) {
		if err := s.loadSheet(ctx, key); err != nil {
			failed = errors.Join(failed, fmt.Errorf("stored usage, %s, can't be read: %w", key, err))
		}
	}
	return failed
}

func (s *Store) loadSheet(ctx context.Context, key string) error {
	kind, number, _ := strings.Cut(key, "/")
	page, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return errSheet
	}
	encoded, err := s.disk.client.Get(ctx, key)
	if err != nil {
		return err
	}
	sheet, err := decode(encoded)
	if err != nil {
		return err
	}
	p := place{kind, page}
	s.disk.stored[p] = struct{}{}
	s.fill(p, sheet)
	return nil
}

// sheet returns what is to be stored at a place.
func (s *Store) sheet(p place) sheet {
	switch p.kind {
	case minutesKind:
		return sheetOf(s.minutes[p.page], func(content usage.Page) string { return string(content) })
	case hoursKind:
		return sheetOf(s.hours[p.page], func(content usage.Page) string { return string(content) })
	case originsKind:
		return sheetOf(s.origins[p.page], usage.OriginDay.Lines)
	default:
		return sheetOf(s.lastUse, (*usage.LastUse).Text)
	}
}

func sheetOf[V any](of map[usage.Subject]V, text func(V) string) sheet {
	made := make(sheet, len(of))
	for subject, content := range of {
		made[subject] = text(content)
	}
	return made
}

// fill puts what was stored at a place where it belongs.
func (s *Store) fill(p place, of sheet) {
	for subject, text := range of {
		switch p.kind {
		case minutesKind:
			s.minutes.change(p.page, subject, func(usage.Page) usage.Page { return usage.Page(text) })
		case hoursKind:
			s.hours.change(p.page, subject, func(usage.Page) usage.Page { return usage.Page(text) })
		case originsKind:
			s.origins.change(p.page, subject, func(usage.OriginDay) usage.OriginDay { return usage.ReadOriginDay(text) })
		case lastUseKind:
			last := usage.ReadLastUse(text)
			s.lastUse[subject] = &last
		}
	}
}
