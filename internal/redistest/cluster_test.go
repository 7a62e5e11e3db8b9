// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redistest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// One cluster for all: starting it takes two seconds.
func TestCluster(t *testing.T) {
	t.Parallel()
	began := time.Now()
	c := StartCluster(t)
	t.Logf("started in %s", time.Since(began))
	require.Len(t, c.Addrs(), 6)
	for _, test := range []struct {
		name string
		run  func(*testing.T, *Cluster)
	}{
		{"slot migration", testMigrateSlot},
		{"failover", testFailover},
		{"kill", testKillMaster},
	} {
		t.Run(test.name, func(t *testing.T) {
			began := time.Now()
			test.run(t, c)
			t.Logf("took %s", time.Since(began))
		})
	}
}

func testMigrateSlot(t *testing.T, c *Cluster) {
	t.Helper()
	const n = 20
	key := func(i int) string { return fmt.Sprintf("{shop}:%d", i) }
	for i := range n {
		require.NoError(t, c.Client().Set(t.Context(), key(i), i, 0).Err())
	}
	before := c.MasterOf("{shop}")
	moved, done := make(chan struct{}), make(chan struct{})
	var asked int
	go func() {
		defer close(done)
		for open := true; open; asked++ {
			assert.NoError(t, c.Client().Incr(t.Context(), key(asked%n)).Err())
			select {
			case <-moved:
				open = false
			default:
			}
		}
	}()
	c.MigrateSlot("{shop}", 10*time.Millisecond)
	close(moved)
	<-done
	assert.NotSame(t, before, c.MasterOf("{shop}"))
	assert.Greater(t, asked, 10)
	var sum int
	for i := range n {
		value, err := c.Client().Get(t.Context(), key(i)).Int()
		require.NoError(t, err)
		sum += value - i
	}
	assert.Equal(t, asked, sum, "nothing is lost or done twice")
	assert.Positive(t, c.MasterOf("{shop}").Client().DBSize(t.Context()).Val())
}

func testFailover(t *testing.T, c *Cluster) {
	t.Helper()
	require.NoError(t, c.Client().Set(t.Context(), "a", "kept", 0).Err())
	before := c.MasterOf("a")
	c.Failover("a")
	assert.NotSame(t, before, c.MasterOf("a"))
	assert.Equal(t, "kept", c.Client().Get(t.Context(), "a").Val())
	c.Failover("a")
	assert.Same(t, before, c.MasterOf("a"), "there and back")
}

// Its key is of another master than the failover's: the same can't be replaced again so soon.
func testKillMaster(t *testing.T, c *Cluster) {
	t.Helper()
	before := c.MasterOf("b")
	c.KillMaster("b")
	after := c.MasterOf("b")
	assert.NotSame(t, before, after)
	until(t, "the client finds the new master", func() error { return c.Client().Set(t.Context(), "b", "new", 0).Err() })
	before.Restart()
	c.Failover("b")
	assert.Same(t, before, c.MasterOf("b"), "the restarted one is in sync")
	assert.Equal(t, "new", c.Client().Get(t.Context(), "b").Val())
}
