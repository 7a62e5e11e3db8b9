// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"context"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
)

func TestBusyFile(t *testing.T) {
	r := newRig(t, short)
	list := r.change(limitA)
	lock, err := acquire(t.Context(), r.path)
	require.NoError(t, err)
	synctest.Test(t, func(t *testing.T) {
		started := time.Now()
		require.EqualError(t, r.Write(t.Context(), audit.Act{}, list...),
			"another writer has held "+r.path+".lock for 5s: try again; nothing was written")
		assert.Equal(t, lockPatience, time.Since(started))
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		started := time.Now()
		require.ErrorIs(t, r.Write(ctx, audit.Act{}, list...), context.DeadlineExceeded)
		assert.Equal(t, time.Second, time.Since(started))
	})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, r.Write(ctx, audit.Act{}, list...), context.Canceled)
	assert.Equal(t, withDigests(short), r.content())
	require.NoError(t, lock.Close())
	require.NoError(t, r.Write(t.Context(), audit.Act{}, list...))
}

// The lock stays where it is: who removed it would lock out nobody.
func TestLockStays(t *testing.T) {
	r := newRig(t, short)
	require.NoError(t, r.Write(t.Context(), audit.Act{}, r.change(limitA)...))
	before, err := os.Stat(r.path + ".lock")
	require.NoError(t, err)
	require.NoError(t, r.Write(t.Context(), audit.Act{}, r.change(createC)...))
	after, err := os.Stat(r.path + ".lock")
	require.NoError(t, err)
	assert.True(t, os.SameFile(before, after))
}
