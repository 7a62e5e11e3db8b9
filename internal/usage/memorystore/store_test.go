// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package memorystore

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"pgregory.net/rapid"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage/usagetest"
)

func TestAnyHistory(t *testing.T) {
	usagetest.Check(t, func() usagetest.Open {
		var store *Store
		return func(now func() time.Time) usage.Store {
			if store == nil {
				store = New(now)
			}
			return store
		}
	})
}

func TestAnyHistoryOverRestarts(t *testing.T) {
	usagetest.Check(t, func() usagetest.Open {
		cabinet := cabinet{}
		return func(now func() time.Time) usage.Store {
			store, err := Open(t.Context(), &drawer{cabinet: cabinet}, now)
			require.NoError(t, err)
			return store
		}
	})
}

// cabinet is what a storage holds, and drawer a client of it.
type cabinet map[string][]byte

type drawer struct {
	storage.Client

	cabinet cabinet
	fails   error
	closed  bool
	written int // sheets
}

func (d *drawer) Get(_ context.Context, key string) ([]byte, error) {
	return d.cabinet[key], d.fails
}

func (d *drawer) Batch(_ context.Context, operations ...*storage.Operation) error {
	if d.fails != nil {
		return d.fails
	}
	d.written += len(operations)
	for _, o := range operations {
		if o.Type == storage.Delete {
			delete(d.cabinet, o.Key)
			continue
		}
		d.cabinet[o.Key] = slices.Clone(o.Value)
	}
	return nil
}

func (d *drawer) Close(context.Context) error {
	d.closed = true
	return d.fails
}

var (
	noon = time.Date(2029, 6, 1, 12, 0, 0, 0, time.UTC)
	shop = usage.Subject{Organization: "acme", Token: "shop"}
)

func batch(at time.Time, admitted int64) *usage.Batch {
	return &usage.Batch{Time: at, Deltas: []usage.Delta{{
		Subject: shop, Counts: usage.Counts{Admitted: admitted}, Used: true,
		Origins: []usage.Origin{{Origin: "https://a.example", Allowed: 1}},
	}}}
}

func admitted(t *testing.T, s *Store, now time.Time) int64 {
	t.Helper()
	totals, err := s.Totals(t.Context(), usage.LastDay(now), shop)
	require.NoError(t, err)
	return totals[0].Admitted
}

// What was counted is on the disk as soon as it is in memory: a kill loses nothing of it.
func TestKilled(t *testing.T) {
	cabinet := cabinet{}
	d := &drawer{cabinet: cabinet}
	first, err := Open(t.Context(), d, time.Now)
	require.NoError(t, err)
	require.NoError(t, first.Add(t.Context(), batch(noon, 7)))
	written := d.written
	require.NoError(t, first.Add(t.Context(), &usage.Batch{Time: noon}))
	assert.Equal(t, written, d.written, "only what has changed")
	second, err := Open(t.Context(), &drawer{cabinet: cabinet}, func() time.Time { return noon })
	require.NoError(t, err)
	assert.EqualValues(t, 7, admitted(t, second, noon))
}

// While the disk fails memory goes on, and it is written when it can be.
func TestFailingDisk(t *testing.T) {
	d := &drawer{cabinet: cabinet{}}
	store, err := Open(t.Context(), d, func() time.Time { return noon })
	require.NoError(t, err)
	d.fails = errors.New("disk full")
	require.ErrorContains(t, store.Add(t.Context(), batch(noon, 1)), "disk full")
	assert.EqualValues(t, 1, admitted(t, store, noon))
	d.fails = nil
	require.NoError(t, store.Add(t.Context(), &usage.Batch{Time: noon}))
	require.NoError(t, store.Close(t.Context()))
	assert.True(t, d.closed)
	again, err := Open(t.Context(), d, func() time.Time { return noon })
	require.NoError(t, err)
	assert.EqualValues(t, 1, admitted(t, again, noon))
}

// What has expired leaves the memory and the disk, also if the collector was away in between.
func TestForgets(t *testing.T) {
	for name, restart := range map[string]bool{"running": false, "away": true} {
		t.Run(name, func(t *testing.T) {
			now, d := noon, &drawer{cabinet: cabinet{}}
			store, err := Open(t.Context(), d, func() time.Time { return now })
			require.NoError(t, err)
			require.NoError(t, store.Add(t.Context(), batch(now, 1)))
			now = now.Add(31 * 24 * time.Hour)
			if restart {
				store, err = Open(t.Context(), d, func() time.Time { return now })
				require.NoError(t, err)
			}
			require.NoError(t, store.Add(t.Context(), &usage.Batch{Time: now}))
			assert.Empty(t, store.minutes)
			assert.Empty(t, store.hours)
			assert.Empty(t, store.origins)
			assert.Equal(t, []string{"index", "last-use/0"}, slices.Sorted(maps.Keys(d.cabinet)))
		})
	}
}

// Something damaged on the disk is told, and costs no more than itself.
func TestDamagedDisk(t *testing.T) {
	for name, content := range map[string][]byte{
		"nothing": nil, "later version": {2, 0, 0, 0}, "cut off": {1, 4, 'a'},
		"huge": {1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1},
	} {
		t.Run(name, func(t *testing.T) {
			d := &drawer{cabinet: cabinet{}}
			store, err := Open(t.Context(), d, func() time.Time { return noon })
			require.NoError(t, err)
			require.NoError(t, store.Add(t.Context(), batch(noon, 1)))
			day, _ := usage.Hours.At(noon)
			d.cabinet[place{originsKind, day}.String()] = content
			store, err = Open(t.Context(), d, func() time.Time { return noon })
			require.ErrorContains(t, err, "origins/")
			assert.EqualValues(t, 1, admitted(t, store, noon))
			require.NoError(t, store.Add(t.Context(), batch(noon, 1)))
			store, err = Open(t.Context(), d, func() time.Time { return noon })
			require.NoError(t, err)
			assert.EqualValues(t, 2, admitted(t, store, noon))
		})
	}
}

func TestSheet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(0, 300, -1)
		s := sheet(rapid.MapOf(rapid.Custom(func(t *rapid.T) usage.Subject {
			return usage.Subject{Organization: text.Draw(t, "organization"), Token: text.Draw(t, "token")}
		}), text).Draw(t, "sheet"))
		got, err := decode(s.encode())
		require.NoError(t, err)
		assert.Equal(t, s, got)
	})
}

func TestOriginsAreBounded(t *testing.T) {
	usagetest.CheckOrigins(t, func(now func() time.Time) usage.Store { return New(now) })
}
