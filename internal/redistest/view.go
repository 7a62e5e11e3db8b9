// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redistest

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
)

// view is what a node knows.
type view struct {
	server     *Server
	ok, synced bool // the cluster's state; whether a replica has what its master has
	self       *member
	members    []member
}

func (c *Cluster) view(node *Server) (*view, error) {
	v := &view{server: node}
	return v, node.ask(func(client *redis.Client) error {
		ctx := c.tb.Context()
		pipe := client.Pipeline()
		state, nodes, replication := pipe.ClusterInfo(ctx), pipe.ClusterNodes(ctx), pipe.Info(ctx, "replication")
		if _, err := pipe.Exec(ctx); err != nil {
			return err
		}
		v.ok = strings.Contains(state.Val(), "cluster_state:ok")
		v.synced = strings.Contains(replication.Val(), "master_link_status:up")
		var err error
		v.members, err = members(nodes.Val())
		for i := range v.members {
			if v.members[i].is("myself") {
				v.self = &v.members[i]
			}
		}
		return err
	})
}

// up returns the nodes that can answer.
func (c *Cluster) up() []*Server {
	var up []*Server
	for _, node := range c.nodes {
		if node.up() {
			up = append(up, node)
		}
	}
	return up
}

// views returns those of all nodes that can answer.
func (c *Cluster) views() ([]*view, error) {
	var views []*view
	for _, node := range c.up() {
		v, err := c.view(node)
		if err != nil {
			return nil, err
		}
		views = append(views, v)
	}
	return views, nil
}

// owner returns the view of the slot's master. Of several that think so, the one with the newest configuration is: an
// old master may not have learnt yet that it was replaced.
func (c *Cluster) owner(slot int) (*view, error) {
	views, err := c.views()
	if err != nil {
		return nil, err
	}
	var owner *view
	for _, v := range views {
		if v.self.serves(slot) && (owner == nil || owner.self.epoch < v.self.epoch) {
			owner = v
		}
	}
	if owner == nil {
		return nil, errors.New("no node that runs serves slot " + strconv.Itoa(slot))
	}
	return owner, nil
}

// agreed returns nil if all nodes that run serve, and think that the slot is the server's.
func (c *Cluster) agreed(slot int, server *Server) error {
	views, err := c.views()
	if err != nil {
		return err
	}
	for _, v := range views {
		if !v.ok {
			return fmt.Errorf("%s: cluster_state isn't ok", v.server.Addr())
		}
		for _, m := range v.members {
			if m.serves(slot) != (m.address == server.Addr()) {
				return fmt.Errorf("%s hasn't heard that slot %d is of %s", v.server.Addr(), slot, server.Addr())
			}
		}
	}
	return nil
}
