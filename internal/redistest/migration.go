// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redistest

import (
	"errors"
	"net"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// MigrateSlot moves the slot of the key, with all its keys, to another master in the way of redis-cli: one key at a time,
// with a pause before each and before the end, so that clients meet a slot on the move. It waits until all nodes know.
func (c *Cluster) MigrateSlot(key string, pause time.Duration) {
	c.tb.Helper()
	slot := c.slot(key)
	source, target := c.movers(slot)
	c.must(target.server, "CLUSTER", "SETSLOT", slot, "IMPORTING", source.self.id)
	c.must(source.server, "CLUSTER", "SETSLOT", slot, "MIGRATING", target.self.id)
	time.Sleep(pause)
	for c.migrateKey(source.server, target.server, slot) {
		time.Sleep(pause)
	}
	// The target first: should the source forget the slot alone, nobody would serve it.
	for _, node := range append([]*Server{target.server, source.server}, c.up()...) {
		err := c.do(node, "CLUSTER", "SETSLOT", slot, "NODE", target.self.id)
		if err != nil && !strings.Contains(err.Error(), "only with masters") {
			c.tb.Fatal(err)
		}
	}
	until(c.tb, "the slot hasn't moved", func() error { return c.agreed(slot, target.server) })
}

// movers returns the slot's master and another.
func (c *Cluster) movers(slot int) (source, target *view) {
	c.tb.Helper()
	until(c.tb, "no two masters", func() (err error) {
		if source, err = c.owner(slot); err != nil {
			return err
		}
		views, err := c.views()
		if err != nil {
			return err
		}
		for _, target = range views {
			if target.self.is("master") && len(target.self.slots) > 0 && target.self.id != source.self.id {
				return nil
			}
		}
		return errors.New("only one has slots")
	})
	return source, target
}

// migrateKey moves a key of the slot, and reports whether there was one.
func (c *Cluster) migrateKey(source, target *Server, slot int) bool {
	c.tb.Helper()
	var keys []string
	err := source.ask(func(client *redis.Client) (err error) {
		keys, err = client.ClusterGetKeysInSlot(c.tb.Context(), slot, 1).Result()
		if err != nil || len(keys) == 0 {
			return err
		}
		host, port, err := net.SplitHostPort(target.Addr())
		if err != nil {
			return err
		}
		return client.Migrate(c.tb.Context(), host, port, keys[0], 0, patience).Err()
	})
	if err != nil {
		c.tb.Fatalf("a key of slot %d can't be moved: %v", slot, err)
	}
	return len(keys) > 0
}
