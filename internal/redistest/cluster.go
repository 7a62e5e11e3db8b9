// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redistest

import (
	"fmt"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// A cluster has masters masters, each with a replica.
const (
	masters     = 3
	slots       = 16_384
	nodeTimeout = "1000" // in milliseconds
)

// Cluster is a Redis cluster of three masters with a replica each.
type Cluster struct {
	tb       testing.TB
	nodes    []*Server
	client   *redis.ClusterClient
	replaced map[*Server]time.Time // when a master was last replaced
}

// StartCluster starts a cluster, and waits until it serves and its replicas are in sync. A master that is gone is
// replaced after about two seconds.
func StartCluster(tb testing.TB) *Cluster {
	tb.Helper()
	c := &Cluster{tb: tb, replaced: map[*Server]time.Time{}}
	for range 2 * masters {
		node := &Server{}
		node.start(tb, []string{"port", "cluster-port"}, "--cluster-enabled", "yes", "--cluster-node-timeout", nodeTimeout,
			"--cluster-announce-ip", "127.0.0.1", "--cluster-replica-validity-factor", "0")
		c.nodes = append(c.nodes, node)
	}
	c.assign()
	c.meet()
	c.replicate()
	until(tb, "the cluster isn't ready", c.ready)
	c.client = redis.NewClusterClient(&redis.ClusterOptions{
		Addrs: c.Addrs(), DisableIdentity: true, MaintNotificationsConfig: c.nodes[0].options.MaintNotificationsConfig,
		ClusterStateReloadInterval: time.Second, // by default it asks a dead master for a minute
	})
	tb.Cleanup(func() { _ = c.client.Close() })
	return c
}

// Addrs returns host:port of all nodes.
func (c *Cluster) Addrs() []string {
	addresses := make([]string, len(c.nodes))
	for i, node := range c.nodes {
		addresses[i] = node.Addr()
	}
	return addresses
}

// Client returns a client of the cluster, always the same. It is closed after the test.
func (c *Cluster) Client() *redis.ClusterClient {
	return c.client
}

// MasterOf returns the node that serves the key now. During a failover it waits for the new one.
func (c *Cluster) MasterOf(key string) *Server {
	c.tb.Helper()
	var master *Server
	until(c.tb, "no master of key "+key, func() error {
		found, err := c.owner(c.slot(key))
		if err == nil {
			master = found.server
		}
		return err
	})
	return master
}

// assign gives each master its slots, and all nodes different epochs, so that they needn't quarrel about them.
func (c *Cluster) assign() {
	c.tb.Helper()
	for i, node := range c.nodes {
		c.must(node, "CLUSTER", "SET-CONFIG-EPOCH", i+1)
		if i < masters {
			c.must(node, "CLUSTER", "ADDSLOTSRANGE", i*slots/masters, (i+1)*slots/masters-1)
		}
	}
}

// meet introduces everybody to everybody: waiting for gossip takes longer.
func (c *Cluster) meet() {
	c.tb.Helper()
	for i, node := range c.nodes {
		for _, other := range c.nodes[:i] {
			port, bus := value(other.ports, "port"), value(other.ports, "cluster-port")
			c.must(node, "CLUSTER", "MEET", "127.0.0.1", port, bus)
		}
	}
}

// replicate makes the nodes after the masters their replicas, as soon as they know them.
func (c *Cluster) replicate() {
	c.tb.Helper()
	for i, replica := range c.nodes[masters:] {
		until(c.tb, "no replica", func() error {
			master, err := c.view(c.nodes[i])
			if err != nil {
				return err
			}
			return c.do(replica, "CLUSTER", "REPLICATE", master.self.id)
		})
	}
}

// ready returns nil if all slots are served, and all nodes know by whom and who could take over.
func (c *Cluster) ready() error {
	for i := range masters {
		first := i * slots / masters
		if err := c.agreed(first, c.nodes[i]); err != nil {
			return err
		}
		if _, err := c.replica(first); err != nil {
			return err
		}
	}
	return nil
}

// do sends a command to a node.
func (c *Cluster) do(node *Server, arguments ...any) error {
	return node.ask(func(client *redis.Client) error {
		if err := client.Do(c.tb.Context(), arguments...).Err(); err != nil {
			return fmt.Errorf("%v at %s: %w", arguments, node.Addr(), err)
		}
		return nil
	})
}

// must is do, or the end of the test.
func (c *Cluster) must(node *Server, arguments ...any) {
	c.tb.Helper()
	if err := c.do(node, arguments...); err != nil {
		c.tb.Fatal(err)
	}
}

// slot returns the slot of a key.
func (c *Cluster) slot(key string) int {
	c.tb.Helper()
	var slot int64
	err := c.up()[0].ask(func(client *redis.Client) (err error) {
		slot, err = client.ClusterKeySlot(c.tb.Context(), key).Result()
		return err
	})
	if err != nil {
		c.tb.Fatal(err)
	}
	return int(slot)
}
