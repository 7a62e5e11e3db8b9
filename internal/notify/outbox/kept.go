// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
)

// storageKey is where a storage has what a Memory holds.
const storageKey = "outbox"

// snapshot is all that a Memory holds at one moment.
type snapshot struct {
	Position audit.ID             `json:"position"`
	Claims   map[string]time.Time `json:"claims,omitempty"`
	Waiting  []Delivery           `json:"waiting,omitempty"`
}

// Load puts in what a storage holds. What was leased or put off is due at once.
func (m *Memory) Load(ctx context.Context, from storage.Client) error {
	text, err := from.Get(ctx, storageKey)
	if err != nil || text == nil {
		return err
	}
	var s snapshot
	if err := json.Unmarshal(text, &s); err != nil {
		return fmt.Errorf("notifications that were kept can't be read, and are dropped: %w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.position = s.Position
	maps.Copy(m.claims, s.Claims)
	m.put(s.Waiting)
	m.changed = false
	return nil
}

// Save writes what the outbox holds, if that has changed. What changes between two calls may be lost together, and then it
// is found out and delivered again.
func (m *Memory) Save(ctx context.Context, to storage.Client) error {
	text, err := m.snapshot()
	if err != nil || text == nil {
		return err
	}
	if err := to.Set(ctx, storageKey, text); err != nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.changed = true
		return err
	}
	return nil
}

// snapshot returns nil if nothing has changed since the last one.
func (m *Memory) snapshot() ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.changed {
		return nil, nil
	}
	m.changed = false
	s := snapshot{Position: m.position, Claims: m.claims}
	for _, all := range m.waiting {
		for _, w := range all {
			s.Waiting = append(s.Waiting, w.Delivery)
		}
	}
	return json.Marshal(s)
}
