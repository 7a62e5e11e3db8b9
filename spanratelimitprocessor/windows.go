// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redisconn"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/fleet"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// windows decide what fits into the past minute: window.Memory, or shared.
type windows interface {
	Decide(now time.Duration, b window.Batch) window.Decision
	Full(now time.Duration, b window.Batch) window.Full
	Sweep(now time.Duration)
}

// sharedSweepInterval is how often Redis gets back what leases left over: until then it counts.
const sharedSweepInterval = 2 * time.Second

// shared are windows in Redis. They are there once opened.
type shared struct {
	*fleet.Windows
	client  redis.UniversalClient
	monitor *monitor
}

// open connects in the background: a Redis that is down is none of its errors, only files that can't be read are.
func (s *shared) open(ctx context.Context, cfg *Config, clock func() time.Duration) error {
	conn := cfg.Redis.Get()
	client, err := redisconn.NewClient(ctx, conn)
	if err != nil {
		return fmt.Errorf("redis: %w", err)
	}
	s.client = client
	store := redislog.NewClient(client, conn.Prefix, cfg.Resolution, cfg.Resolution)
	s.Windows = fleet.New(store, s.monitor, clock, fleet.Options{
		Resolution: cfg.Resolution,
		Timeout:    conn.Timeout,
		Policy:     policies[cfg.OnRedisError],
		Replicas:   cfg.Replicas,
	})
	s.monitor.start()
	s.Start()
	return nil
}

var policies = map[OnRedisError]fleet.Policy{
	OnRedisErrorLocal:  fleet.Local,
	OnRedisErrorAllow:  fleet.Allow,
	OnRedisErrorReject: fleet.Reject,
}

// close gives back what is left of leases, and disconnects.
func (s *shared) close() error {
	if s.Windows == nil { // never opened
		return nil
	}
	s.Close()
	s.monitor.stop()
	return s.client.Close()
}
