// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redislog_test

import (
	"context"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// One cluster for all: starting it takes seconds.
func TestCluster(t *testing.T) {
	c := redistest.StartCluster(t)
	for _, test := range []struct {
		name string
		run  func(*testing.T, *redistest.Cluster)
	}{
		{"nodes", testNodes},
		{"script forgotten by one", testForgottenByOne},
		{"lost answers", testClusterLostAnswer},
		{"moved", testMoved},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.NoError(t, c.Client().ForEachMaster(t.Context(), func(ctx context.Context, node *redis.Client) error {
				return node.FlushAll(ctx).Err()
			}))
			test.run(t, c)
		})
	}
}

// All logs of an organization are on one node, which has a name, whatever the IDs are made of.
func testNodes(t *testing.T, c *redistest.Cluster) {
	t.Helper()
	client := redislog.NewClient(c.Client(), prefix, time.Second, time.Second)
	nodes := map[string]bool{}
	for _, organization := range []string{"a", "b", "c", "d", "e", "f", "a.b", "-a-", "_", "a.b-c_d", "."} {
		call := everything()
		call.Organization = organization
		for i, id := range []string{"x.y", "-x_", "..."} {
			call.Tokens[i].ID = id
		}
		var reply redislog.Reply
		require.NoError(t, client.Do(t.Context(), []*redislog.Call{call}, []*redislog.Reply{&reply})[0])
		master := c.MasterOf(organizationKey(organization))
		nodes[master.Addr()] = true
		require.Equal(t, master.Addr(), node(t, client, organization))
		for _, key := range keys(call) {
			require.EqualValues(t, 1, master.Client().Exists(t.Context(), key).Val(), key)
		}
	}
	require.Len(t, nodes, 3)
}

// Only the calls of the node that has forgotten the script are run again.
func testForgottenByOne(t *testing.T, c *redistest.Cluster) {
	t.Helper()
	client := redislog.NewClient(c.Client(), prefix, time.Second, time.Second)
	calls, replies := crowd(30)
	for round := range int64(4) {
		for _, err := range client.Do(t.Context(), calls, replies) {
			require.NoError(t, err)
		}
		requireCharged(t, c.Client(), calls, round+1)
		forgetful := c.MasterOf(organizationKey(calls[round].Organization))
		require.NoError(t, forgetful.Client().ScriptFlush(t.Context()).Err())
	}
}

// Calls follow a slot that has moved.
func testMoved(t *testing.T, c *redistest.Cluster) {
	t.Helper()
	client, idle := redislog.NewClient(c.Client(), prefix, time.Second, time.Second), anotherClient(t, c)
	calls, replies := crowd(30)
	for _, err := range client.Do(t.Context(), calls, replies) {
		require.NoError(t, err)
	}
	organization := calls[0].Organization
	before := c.MasterOf(organizationKey(organization))
	for _, client := range []*redislog.Client{client, idle} {
		require.Equal(t, before.Addr(), node(t, client, organization))
	}
	c.MigrateSlot(organizationKey(organization), 0)
	after := c.MasterOf(organizationKey(organization))
	require.NotSame(t, before, after)
	// A client that isn't called must be told to look.
	idle.Refresh(t.Context())
	require.Eventually(t, func() bool { return node(t, idle, organization) == after.Addr() }, 30*time.Second, time.Millisecond)
	for _, err := range client.Do(t.Context(), calls, replies) {
		require.NoError(t, err)
	}
	for i := range calls {
		require.EqualValues(t, 2, replies[i].Log.Total)
	}
	testMoving(t, c, client, calls[0])
}

func anotherClient(t *testing.T, c *redistest.Cluster) *redislog.Client {
	t.Helper()
	options := *c.Client().Options()
	options.NewClient, options.ClusterStateReloadInterval = nil, time.Hour
	client := redis.NewClusterClient(&options)
	t.Cleanup(func() { _ = client.Close() })
	return redislog.NewClient(client, prefix, time.Second, time.Second)
}

func node(t *testing.T, client *redislog.Client, organization string) string {
	t.Helper()
	name, err := client.Node(t.Context(), organization)
	require.NoError(t, err)
	return name
}

// testMoving calls during the move. The keys part for a while, and Redis answers TRYAGAIN then: that wasn't run.
func testMoving(t *testing.T, c *redistest.Cluster, client *redislog.Client, call *redislog.Call) {
	t.Helper()
	var admitted, failed atomic.Int64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for open := true; open; {
			var reply redislog.Reply
			switch err := client.Do(t.Context(), []*redislog.Call{call}, []*redislog.Reply{&reply})[0]; {
			case err == nil:
				admitted.Add(1)
			case redis.HasErrorPrefix(err, "TRYAGAIN"):
				failed.Add(1)
			default:
				t.Error(err)
			}
			select {
			case <-stop:
				open = false
			default:
			}
		}
	}()
	c.MigrateSlot(organizationKey(call.Organization), 5*time.Millisecond)
	close(stop)
	<-stopped
	t.Logf("%d admitted, %d to be tried again", admitted.Load(), failed.Load())
	require.Positive(t, admitted.Load())
	organization, token := charged(t, c.Client(), call)
	require.Equal(t, 2+admitted.Load(), organization)
	require.Equal(t, organization, token)
}

// A cluster client follows redirections, but doesn't send again what may have run.
func testClusterLostAnswer(t *testing.T, c *redistest.Cluster) {
	t.Helper()
	proxies, byAddr := []*redistest.Proxy{}, map[string]*redistest.Proxy{}
	for _, addr := range c.Addrs() {
		byAddr[addr] = redistest.StartProxy(t, addr)
		proxies = append(proxies, byAddr[addr])
	}
	options := *c.Client().Options()
	options.NewClient, options.MaxRedirects = nil, 3
	options.Dialer = func(ctx context.Context, network, addr string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, byAddr[addr].Addr())
	}
	throughProxies := redis.NewClusterClient(&options)
	t.Cleanup(func() { _ = throughProxies.Close() })
	client := redislog.NewClient(throughProxies, prefix, time.Second, time.Second)
	calls, replies := crowd(10)
	for _, err := range client.Do(t.Context(), calls, replies) {
		require.NoError(t, err)
	}
	loseAnswer(t, client, c.Client(), proxies, calls, 2)
	requireCharged(t, c.Client(), calls, 2)
}
