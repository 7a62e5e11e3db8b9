// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package outbox_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify/outbox"
)

// drawer is a storage of one client.
type drawer struct {
	storage.Client

	content map[string][]byte
	writes  int
	broken  bool
}

func (d *drawer) Get(_ context.Context, key string) ([]byte, error) { return d.content[key], nil }

func (d *drawer) Set(_ context.Context, key string, value []byte) error {
	if d.broken {
		return errors.New("the disk is full")
	}
	d.content[key] = value
	d.writes++
	return nil
}

func TestAMemoryIsKeptOverARestart(t *testing.T) {
	disk := &drawer{content: map[string][]byte{}}
	before := outbox.NewMemory(time.Now)
	require.NoError(t, before.Load(t.Context(), disk), "there is nothing yet")
	at := audit.ID{Millis: 7, Number: 3}
	claim := outbox.Claim{Name: "expiring/a", For: time.Hour}
	_, err := before.Advance(t.Context(), audit.ID{}, at, mailTo("jo@example.com", "e1"), mailTo("ann@example.com", "e1"))
	require.NoError(t, err)
	_, err = before.Once(t.Context(), []outbox.Claim{claim})
	require.NoError(t, err)
	l, found := next(t, before, time.Hour)
	require.True(t, found)
	require.NoError(t, before.Done(t.Context(), l))
	_, found = next(t, before, time.Hour)
	require.True(t, found, "it is under way when the process ends")

	disk.broken = true
	require.Error(t, before.Save(t.Context(), disk))
	disk.broken = false
	require.NoError(t, before.Save(t.Context(), disk), "what failed is saved later")
	require.NoError(t, before.Save(t.Context(), disk))
	assert.Equal(t, 1, disk.writes, "nothing has changed")

	after := outbox.NewMemory(time.Now)
	require.NoError(t, after.Load(t.Context(), disk))
	position, err := after.Position(t.Context())
	require.NoError(t, err)
	assert.Equal(t, at, position)
	fresh, err := after.Fresh(t.Context(), []outbox.Claim{claim})
	require.NoError(t, err)
	assert.Empty(t, fresh)
	left, found := next(t, after, time.Hour)
	require.True(t, found)
	assert.NotEqual(t, l.Recipient, left.Recipient)
	_, found = next(t, after, time.Hour)
	assert.False(t, found)
}

func TestWhatCannotBeReadIsToldAndDropped(t *testing.T) {
	disk := &drawer{content: map[string][]byte{"outbox": []byte("{")}}
	m := outbox.NewMemory(time.Now)
	require.ErrorContains(t, m.Load(t.Context(), disk), "are dropped")
	_, err := m.Once(t.Context(), nil, mailTo("jo@example.com", "e1"))
	require.NoError(t, err)
	require.NoError(t, m.Save(t.Context(), disk))
}
