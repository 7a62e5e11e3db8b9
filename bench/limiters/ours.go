// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

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

// ours are the variants of our own limiter, from the one with all means to the plain one.
func ours() []contestant {
	return []contestant{
		{"ours", false, scripted(), openOurs(0)},
		{"ours-leases", false, scripted(), openOurs(fleet.Leases)},
		{"ours-leases-deny", false, scripted(), openOurs(fleet.Leases | fleet.DenyCache)},
		{"ours-plain", false, scripted(), openOurs(fleet.Leases | fleet.DenyCache | fleet.GroupCommit)},
	}
}

// fleetLimiter is a collector's windows, set up as span_rate_limit does by default.
type fleetLimiter struct {
	windows *fleet.Windows
	client  redis.UniversalClient
	clock   func() time.Duration
	quota   quota
}

func openOurs(without fleet.Means) opener {
	return func(ctx context.Context, address string, q quota) (limiter, error) {
		cfg := redisconn.NewDefaultConfig()
		cfg.Endpoints = []string{address}
		cfg.Timeout = time.Second // a machine that is busy otherwise must not make decisions fail
		client, err := redisconn.NewClient(ctx, &cfg)
		if err != nil {
			return nil, err
		}
		born := time.Now()
		clock := func() time.Duration { return time.Since(born) }
		store := redislog.NewClient(client, cfg.Prefix, time.Second, time.Second)
		windows := fleet.New(store, silent{}, clock, fleet.Options{
			Resolution: time.Second, Timeout: cfg.Timeout, Policy: fleet.Reject, Without: without,
		})
		return &fleetLimiter{windows: windows, client: client, clock: clock, quota: q}, nil
	}
}

// decide passes on that Redis wasn't asked in time as an error: it must not be counted as a decision.
func (l *fleetLimiter) decide(_ context.Context, organization, token string, n int) (bool, error) {
	d := l.windows.Decide(l.clock(), window.Batch{
		Organization: organization, OrganizationLimit: window.Limit(l.quota.organization),
		Token: token, TokenLimit: window.Limit(l.quota.token),
		Spans: int64(n),
	})
	if d.Outcome != window.Admitted && d.Outcome != window.OverLimit {
		return false, fmt.Errorf("undecided: outcome %d", d.Outcome)
	}
	return d.Outcome == window.Admitted, nil
}

func (l *fleetLimiter) close() {
	l.windows.Close()
	_ = l.client.Close()
}

// silent is a monitor for nobody.
type silent struct{}

func (silent) Called(error, time.Duration) {}
func (silent) Leased(int64)                {}
func (silent) Away(string, error)          {}
func (silent) Back(string)                 {}
func (silent) Lost(string)                 {}
