// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package lockmap holds values by ID, each behind a lock of its own, for as long as they are of use.
package lockmap

import (
	"strings"
	"sync"
)

// Map holds a value of type V for each ID. The zero value is an empty map; it must not be copied.
type Map[V any] struct {
	entries sync.Map // ID to *Entry[V]
}

// Entry is a locked value. The caller unlocks it.
type Entry[V any] struct {
	Value V

	mu   sync.Mutex
	gone bool // removed from its map: what is written here from now on would be lost
}

// Lock returns the entry of an ID, locked, and adds it if need be. The ID is copied then, since it may be part of a
// whole request.
func (m *Map[V]) Lock(id string) *Entry[V] {
	for {
		e := m.entry(id)
		e.mu.Lock()
		if !e.gone {
			return e
		}
		// Removed between the look-up and the lock. It is out of the map already, so the next look-up finds another.
		e.mu.Unlock()
	}
}

// Lock locks an entry again. The caller has seen to it that it was not removed: Range kept it.
func (e *Entry[V]) Lock() { e.mu.Lock() }

// Unlock unlocks the entry.
func (e *Entry[V]) Unlock() { e.mu.Unlock() }

// Range calls visit with each entry, locked, one after the other, and removes those for which it returns false.
func (m *Map[V]) Range(visit func(id string, v *V) (keep bool)) {
	m.entries.Range(func(id, value any) bool {
		e := value.(*Entry[V])
		e.mu.Lock()
		defer e.mu.Unlock()
		if !e.gone && !visit(id.(string), &e.Value) {
			e.gone = true
			m.entries.Delete(id)
		}
		return true
	})
}

func (m *Map[V]) entry(id string) *Entry[V] {
	value, ok := m.entries.Load(id)
	if !ok {
		value, _ = m.entries.LoadOrStore(strings.Clone(id), new(Entry[V]))
	}
	return value.(*Entry[V])
}
