// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redistest

import (
	"fmt"
	"slices"
	"time"
)

// recovery is four times the cluster's node timeout: a replica that was elected stands for election again only after it.
const recovery = 4 * time.Second

// Failover makes the replica of the key's master its master, and that its replica, as an operator does: nothing is lost.
// It waits until all nodes know and the old master is in sync, mostly under a second. The same master can be replaced
// again after four.
func (c *Cluster) Failover(key string) {
	c.tb.Helper()
	slot := c.slot(key)
	old := c.MasterOf(key)
	time.Sleep(time.Until(c.replaced[old].Add(recovery)))
	defer c.remember(old)
	next := c.awaitReplica(slot)
	until(c.tb, "no failover from "+old.Addr(), func() error {
		if owner, err := c.owner(slot); err != nil || owner.server != next {
			if err := c.do(next, "CLUSTER", "FAILOVER"); err != nil {
				return err
			}
		}
		// A replica that isn't elected gives up after five seconds, and must be told again.
		return within(6*time.Second, func() error { return c.agreed(slot, next) })
	})
	c.awaitReplica(slot)
}

// KillMaster kills the master of the key, and waits until its replica has taken over and all nodes know.
func (c *Cluster) KillMaster(key string) {
	c.tb.Helper()
	slot := c.slot(key)
	old := c.MasterOf(key)
	c.awaitReplica(slot)
	defer c.remember(old)
	old.Kill()
	until(c.tb, "nobody takes over from "+old.Addr(), func() error {
		next, err := c.owner(slot)
		if err != nil {
			return err
		}
		return c.agreed(slot, next.server)
	})
}

// remember notes that a master was replaced now, so that its replica isn't asked to do it again too soon.
func (c *Cluster) remember(master *Server) {
	c.replaced[master] = time.Now()
}

// awaitReplica waits until there is a replica that can take over from the slot's master.
func (c *Cluster) awaitReplica(slot int) *Server {
	c.tb.Helper()
	var replica *Server
	until(c.tb, "nobody can take over: restart the replica", func() (err error) {
		replica, err = c.replica(slot)
		return err
	})
	return replica
}

// replica returns a replica that can take over from the slot's master: it is in sync, and all nodes know what it is.
// Masters that don't know yet wouldn't vote for it.
func (c *Cluster) replica(slot int) (*Server, error) {
	master, err := c.owner(slot)
	if err != nil {
		return nil, err
	}
	views, err := c.views()
	if err != nil {
		return nil, err
	}
	for _, v := range views {
		if v.self.master == master.self.id && v.synced && known(v.self, views) {
			return v.server, nil
		}
	}
	return nil, fmt.Errorf("no replica of %s runs, is in sync and known", master.server.Addr())
}

// known reports whether all know whose replica a node is.
func known(replica *member, views []*view) bool {
	return !slices.ContainsFunc(views, func(v *view) bool {
		return !slices.ContainsFunc(v.members, func(m member) bool {
			return m.id == replica.id && m.is("slave") && m.master == replica.master
		})
	})
}
