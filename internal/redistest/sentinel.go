// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redistest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
)

const (
	masterName = "mymaster"
	sentinels  = 3
	quorum     = "2"
)

// Sentinel is a master with a replica, and sentinels that look after them.
type Sentinel struct {
	tb        testing.TB
	servers   []*Server
	sentinels []*Server
	client    *redis.Client
}

// StartSentinel starts a master, a replica and three sentinels, and waits until the replica is in sync and the sentinels
// know it and each other. A master that is gone is replaced after one to three seconds.
func StartSentinel(tb testing.TB) *Sentinel {
	tb.Helper()
	s := &Sentinel{tb: tb}
	s.servers = append(s.servers, Start(tb))
	host, port, _ := net.SplitHostPort(s.servers[0].Addr())
	s.servers = append(s.servers, Start(tb, "--replicaof", host, port))
	until(tb, "the replica isn't in sync", func() error { return contains(tb, s.servers[1], "master_link_status:up") })
	for range sentinels {
		s.sentinels = append(s.sentinels, startSentinel(tb, host, port))
	}
	until(tb, "the sentinels don't know all", s.ready)
	s.client = redis.NewFailoverClient(&redis.FailoverOptions{
		MasterName: masterName, SentinelAddrs: s.Addrs(), DisableIdentity: true,
	})
	tb.Cleanup(func() { _ = s.client.Close() })
	return s
}

// startSentinel starts a sentinel that talks to others more often than in production: every two seconds would be a long
// wait for a test. It doesn't mind either that a loaded machine stops its clock.
func startSentinel(tb testing.TB, host, port string) *Server {
	tb.Helper()
	sentinel := &Server{flags: []string{"--sentinel"}}
	sentinel.start(tb, []string{"port"}, "--sentinel", "monitor", masterName, host, port, quorum,
		"--sentinel", "down-after-milliseconds", masterName, "1000", "--sentinel", "failover-timeout", masterName, "2000")
	err := sentinel.ask(func(client *redis.Client) error {
		return client.Do(tb.Context(), "SENTINEL", "DEBUG", "publish-period", "200", "info-period", "500",
			"ask-period", "200", "ping-period", "200", "min-link-reconnect-period", "1000", "tilt-period", "1000").Err()
	})
	if err != nil {
		tb.Fatalf("the sentinel at %s can't be made quick: %v. Redis must be 7.0 or later", sentinel.Addr(), err)
	}
	return sentinel
}

// contains returns nil if INFO of the server has the text.
func contains(tb testing.TB, server *Server, text string) error {
	tb.Helper()
	return server.ask(func(client *redis.Client) error {
		info, err := client.Info(tb.Context()).Result()
		if err == nil && !strings.Contains(info, text) {
			err = fmt.Errorf("INFO of %s has no %s", server.Addr(), text)
		}
		return err
	})
}

// MasterName returns the name under which the sentinels know the master.
func (s *Sentinel) MasterName() string {
	return masterName
}

// Addrs returns host:port of the sentinels.
func (s *Sentinel) Addrs() []string {
	addresses := make([]string, len(s.sentinels))
	for i, sentinel := range s.sentinels {
		addresses[i] = sentinel.Addr()
	}
	return addresses
}

// Client returns a client that follows the master, always the same. It is closed after the test.
func (s *Sentinel) Client() *redis.Client {
	return s.client
}

// Master returns who is master now. During a failover it waits until the sentinels agree on the new one.
func (s *Sentinel) Master() *Server {
	s.tb.Helper()
	var master *Server
	until(s.tb, "no master", func() (err error) {
		master, err = s.agreed()
		return err
	})
	return master
}

// KillMaster kills the master, and waits until the replica was promoted and all sentinels know.
func (s *Sentinel) KillMaster() {
	s.tb.Helper()
	old := s.Master()
	until(s.tb, "no replica could take over from "+old.Addr()+". Restart the server that was killed before", s.ready)
	old.Kill()
	until(s.tb, "nobody takes over from "+old.Addr(), func() error {
		_, err := s.agreed()
		return err
	})
}

// agreed returns the server that all sentinels name, if it is a master.
func (s *Sentinel) agreed() (*Server, error) {
	var named string
	for _, sentinel := range s.sentinels {
		address, err := s.named(sentinel)
		if err != nil {
			return nil, err
		}
		if named != "" && named != address {
			return nil, errors.New("sentinels disagree: " + named + ", " + address)
		}
		named = address
	}
	for _, server := range s.servers {
		if server.Addr() == named && server.up() {
			return server, contains(s.tb, server, "role:master")
		}
	}
	return nil, errors.New("the sentinels name " + named + ", which doesn't run")
}

// named returns the address of the master that a sentinel knows.
func (s *Sentinel) named(sentinel *Server) (string, error) {
	var parts []string
	err := sentinel.ask(func(client *redis.Client) error {
		command := redis.NewStringSliceCmd(s.tb.Context(), "SENTINEL", "GET-MASTER-ADDR-BY-NAME", masterName)
		err := client.Process(s.tb.Context(), command)
		parts = command.Val()
		return err
	})
	return strings.Join(parts, ":"), err
}

// ready returns nil if all sentinels know each other and a replica that could take over.
func (s *Sentinel) ready() error {
	for _, sentinel := range s.sentinels {
		err := sentinel.ask(func(client *redis.Client) error { return s.complete(s.tb.Context(), client) })
		if err != nil {
			return fmt.Errorf("%s: %w", sentinel.Addr(), err)
		}
	}
	return nil
}

func (s *Sentinel) complete(ctx context.Context, client *redis.Client) error {
	ask := func(about string) []map[string]string {
		command := redis.NewMapStringStringSliceCmd(ctx, "SENTINEL", about, masterName)
		_ = client.Process(ctx, command) // no answer is like an empty one
		return command.Val()
	}
	if others := ask("SENTINELS"); len(others) != sentinels-1 {
		return fmt.Errorf("%d of %d other sentinels known", len(others), sentinels-1)
	}
	for _, replica := range ask("REPLICAS") {
		if replica["flags"] == "slave" && replica["master-link-status"] == "ok" {
			return nil
		}
	}
	return errors.New("no replica that is in sync")
}
