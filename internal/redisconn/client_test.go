// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisconn

import (
	"context"
	"crypto/tls"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOptionsOfOneServer(t *testing.T) {
	client := open(t, "{endpoints: [a:1], username: u, password: p, db: 3, timeout: 200ms}")
	require.IsType(t, &redis.Client{}, client)
	options := client.(*redis.Client).Options()
	assert.Equal(t, "a:1", options.Addr)
	assert.Equal(t, "u", options.Username)
	assert.Equal(t, "p", options.Password)
	assert.Equal(t, 3, options.DB)
	assert.Nil(t, options.TLSConfig)
	assertOptions(t, options)
	assert.Zero(t, options.MaxRetries)
}

func TestOptionsOfACluster(t *testing.T) {
	for _, endpoints := range []string{"[a:1]", "[a:1, b:2]"} {
		client := open(t, "{endpoints: "+endpoints+", cluster: true, username: u, password: p, timeout: 200ms}")
		require.IsType(t, &redis.ClusterClient{}, client)
		options := client.(*redis.ClusterClient).Options()
		assert.Equal(t, "a:1", options.Addrs[0])
		assert.Equal(t, "u", options.Username)
		assert.Equal(t, "p", options.Password)
		assert.Equal(t, 3, options.MaxRedirects)
		assert.True(t, options.DisableRoutingPolicies)
		assert.Equal(t, 5*time.Second, options.ClusterStateReloadInterval)
		assert.False(t, options.ReadOnly || options.RouteByLatency || options.RouteRandomly)
		assert.Equal(t, time.Millisecond, options.MinRetryBackoff)
		assert.Equal(t, 5*time.Millisecond, options.MaxRetryBackoff)
		assert.Equal(t, -1, options.MaxRetries)
		assertOptions(t, &redis.Options{
			ContextTimeoutEnabled: options.ContextTimeoutEnabled, DialerRetries: options.DialerRetries,
			DialTimeout: options.DialTimeout, ReadTimeout: options.ReadTimeout, WriteTimeout: options.WriteTimeout,
			PoolTimeout: options.PoolTimeout, PoolSize: options.PoolSize, PipelinePoolSize: options.PipelinePoolSize,
			DisableIdentity: options.DisableIdentity, MaintNotificationsConfig: options.MaintNotificationsConfig,
		})
	}
}

func TestOptionsOfSentinels(t *testing.T) {
	const yaml = "{endpoints: [a:1, b:2], master_name: m, username: u, password: p, db: 3, timeout: 200ms, " +
		"sentinel_username: su, sentinel_password: sp}"
	client := open(t, yaml)
	require.IsType(t, &redis.Client{}, client)
	options := client.(*redis.Client).Options()
	assert.Equal(t, "FailoverClient", options.Addr)
	assert.Equal(t, "u", options.Username)
	assert.Equal(t, "p", options.Password)
	assert.Equal(t, 3, options.DB)
	assertOptions(t, options)
	assert.Zero(t, options.MaxRetries)

	c := load(t, yaml)
	failover := c.options(nil).Failover() // go-redis shows these nowhere else
	assert.Equal(t, []string{"a:1", "b:2"}, failover.SentinelAddrs)
	assert.Equal(t, "m", failover.MasterName)
	assert.Equal(t, "su", failover.SentinelUsername)
	assert.Equal(t, "sp", failover.SentinelPassword)
	assert.False(t, failover.ReplicaOnly || failover.RouteByLatency || failover.RouteRandomly)
}

// assertOptions checks what is the same for all, with a timeout of 200 ms.
func assertOptions(t *testing.T, options *redis.Options) {
	t.Helper()
	assert.True(t, options.ContextTimeoutEnabled)
	assert.Equal(t, 1, options.DialerRetries)
	assert.Equal(t, time.Second, options.DialTimeout)
	assert.Equal(t, 200*time.Millisecond, options.ReadTimeout)
	assert.Equal(t, 200*time.Millisecond, options.WriteTimeout)
	assert.Equal(t, 200*time.Millisecond, options.PoolTimeout)
	assert.Equal(t, 8, options.PoolSize)
	assert.Equal(t, -1, options.PipelinePoolSize)
	assert.True(t, options.DisableIdentity)
	assert.Empty(t, options.ClientName)
	assert.Equal(t, maintnotifications.ModeDisabled, options.MaintNotificationsConfig.Mode)
}

func TestLongTimeoutIsForDialsToo(t *testing.T) {
	client := open(t, "{endpoints: [a:1], timeout: 3s}")
	assert.Equal(t, 3*time.Second, client.(*redis.Client).Options().DialTimeout)
}

func TestTLSOptions(t *testing.T) {
	for name, where := range map[string]string{
		"server": "endpoints: [a:1]", "cluster": "endpoints: [a:1], cluster: true", "sentinel": "endpoints: [a:1], master_name: m",
	} {
		t.Run(name, func(t *testing.T) {
			got := tlsOf(open(t, "{"+where+", tls: {server_name_override: redis.example.com}}"))
			require.NotNil(t, got)
			assert.Equal(t, "redis.example.com", got.ServerName)
			assert.False(t, got.InsecureSkipVerify)
		})
	}
}

func tlsOf(client redis.UniversalClient) *tls.Config {
	if cluster, ok := client.(*redis.ClusterClient); ok {
		return cluster.Options().TLSConfig
	}
	return client.(*redis.Client).Options().TLSConfig
}

func TestUnreadableTLSFiles(t *testing.T) {
	noPEM := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(noPEM, []byte("x"), 0o600))
	for _, file := range []string{noPEM, filepath.Join(t.TempDir(), "none.pem")} {
		c := load(t, "{endpoints: [a:1], tls: {ca_file: "+file+"}}")
		_, err := NewClient(t.Context(), &c)
		assert.ErrorContains(t, err, "tls: failed to load")
	}
}

// stderr isn't for a library: what fails comes back as an error, and the component logs it.
func TestGoRedisIsSilent(t *testing.T) {
	endsClean(t)
	written := &writtenLog{}
	redis.SetLogger(written)
	server := fakeRedis(t, func(string, []string) string { return hangUp })
	client := open(t, "{endpoints: ["+server.addr+"], tls: {}, timeout: 10s}") // a failed handshake is a failed dial
	require.Error(t, client.Ping(t.Context()).Err())
	assert.Zero(t, written.lines.Load())
}

type writtenLog struct{ lines atomic.Int64 }

func (w *writtenLog) Printf(context.Context, string, ...any) { w.lines.Add(1) }

// open makes a client of valid YAML and closes it after the test.
func open(t *testing.T, yaml string) redis.UniversalClient {
	t.Helper()
	c := load(t, yaml)
	require.NoError(t, c.Validate())
	client, err := NewClient(t.Context(), &c)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	return client
}
