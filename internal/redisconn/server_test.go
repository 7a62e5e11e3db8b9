// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisconn

import (
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
)

func TestServerWithPasswordAndDB(t *testing.T) {
	endsClean(t)
	server := redistest.Start(t, "--requirepass", "hunter2")
	client := open(t, "{endpoints: ["+server.Addr()+"], password: hunter2, db: 2, timeout: 10s}")
	require.NoError(t, client.Set(t.Context(), "x", 1, 0).Err())
	keyspace, err := server.Client().Info(t.Context(), "keyspace").Result()
	require.NoError(t, err)
	assert.Contains(t, keyspace, "db2:keys=1")
}

func TestWrongPassword(t *testing.T) {
	endsClean(t)
	server := redistest.Start(t, "--requirepass", "hunter2")
	client := open(t, "{endpoints: ["+server.Addr()+"], password: hunter3, timeout: 10s}")
	err := client.Ping(t.Context()).Err()
	require.ErrorContains(t, err, "WRONGPASS")
	assert.NotContains(t, err.Error(), "hunter")
}

// Connecting needs no permission but those for the commands that are called.
func TestTLSAndPoorUser(t *testing.T) {
	endsClean(t)
	server := redistest.StartTLS(t, "collector", "hunter2", "~ct:*", "+incr")
	where := "endpoints: [" + server.Addr() + "], timeout: 10s"
	client := open(t, "{"+where+", username: collector, password: hunter2, tls: {ca_file: "+server.CAFile()+"}}")
	for way, send := range ways {
		require.NoError(t, send(t.Context(), client, redis.NewCmd(t.Context(), "incr", "ct:x")), way)
	}
	require.ErrorContains(t, client.Get(t.Context(), "ct:x").Err(), "NOPERM")

	stranger := open(t, "{"+where+", username: collector, password: hunter2, tls: }")
	assert.ErrorContains(t, stranger.Incr(t.Context(), "ct:x").Err(), "unknown authority")
}

func TestCluster(t *testing.T) {
	endsClean(t)
	cluster := redistest.StartCluster(t)
	client := open(t, "{endpoints: ["+cluster.Addrs()[0]+"], cluster: true, timeout: 10s}")
	for i, key := range []string{"a", "b", "c", "d", "e"} { // of all masters
		assertIncr(t, client, key, 1)
		if i == 0 {
			cluster.MigrateSlot(key, 0)
			assertIncr(t, client, key, 2)
			cluster.Failover(key)
			assertIncr(t, client, key, 3)
		}
	}
	pipeline := client.Pipeline()
	first, second := pipeline.Incr(t.Context(), "b"), pipeline.Incr(t.Context(), "c")
	_, err := pipeline.Exec(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 4, first.Val()+second.Val())
}

// A dead master can't tell its clients who took over.
func TestClusterLosesAMaster(t *testing.T) {
	endsClean(t)
	cluster := redistest.StartCluster(t)
	client := open(t, "{endpoints: ["+strings.Join(cluster.Addrs(), ", ")+"], cluster: true}")
	increment := func() error {
		return client.Process(withTimeout(t, time.Second), once{redis.NewCmd(t.Context(), "incr", "a")})
	}
	require.NoError(t, increment())
	cluster.KillMaster("a")
	require.Eventually(t, func() bool { return increment() == nil }, patience, 50*time.Millisecond)
}

func assertIncr(t *testing.T, client redis.UniversalClient, key string, want int64) {
	t.Helper()
	command := once{redis.NewCmd(t.Context(), "incr", key)}
	require.NoError(t, client.Process(t.Context(), command))
	assert.EqualValues(t, want, command.Val())
}

// What the client of a whole cluster is given is one of its nodes: then the error tells.
func TestClusterMistakenForAServer(t *testing.T) {
	endsClean(t)
	cluster := redistest.StartCluster(t)
	client := open(t, "{endpoints: ["+cluster.Addrs()[0]+"], timeout: 10s}")
	var moved bool
	for _, key := range []string{"a", "b", "c", "d", "e"} {
		if err := client.Incr(t.Context(), key).Err(); err != nil {
			moved = moved || strings.HasPrefix(err.Error(), "MOVED ")
		}
	}
	assert.True(t, moved)
}

func TestSentinelsReplaceTheMaster(t *testing.T) {
	endsClean(t)
	sentinels := redistest.StartSentinel(t)
	where := "{endpoints: [" + strings.Join(sentinels.Addrs(), ", ") + "], master_name: " + sentinels.MasterName()
	client := open(t, where+", db: 1, timeout: 1s}")
	increment := func() error {
		return client.Process(withTimeout(t, time.Second), once{redis.NewCmd(t.Context(), "incr", "a")})
	}
	require.Eventually(t, func() bool { return increment() == nil }, patience, 50*time.Millisecond)
	sentinels.KillMaster()
	require.Eventually(t, func() bool { return increment() == nil }, patience, 50*time.Millisecond)
}
