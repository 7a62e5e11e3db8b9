// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redistest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSentinel(t *testing.T) {
	t.Parallel()
	began := time.Now()
	s := StartSentinel(t)
	t.Logf("started in %s", time.Since(began))
	require.Len(t, s.Addrs(), 3)
	assert.Equal(t, "mymaster", s.MasterName())
	first := s.Master()
	require.NoError(t, s.Client().Set(t.Context(), "a", 1, 0).Err())
	require.NoError(t, s.Client().Wait(t.Context(), 1, time.Second).Err())

	began = time.Now()
	s.KillMaster()
	t.Logf("killed and replaced in %s", time.Since(began))
	second := s.Master()
	assert.NotSame(t, first, second)
	until(t, "the client finds the new master", func() error { return s.Client().Incr(t.Context(), "a").Err() })
	assert.Equal(t, "2", second.Client().Get(t.Context(), "a").Val())

	first.Restart()
	began = time.Now()
	s.KillMaster()
	t.Logf("back in %s", time.Since(began))
	assert.Same(t, first, s.Master())
	assert.Equal(t, "2", first.Client().Get(t.Context(), "a").Val(), "the restarted one was in sync")
}
