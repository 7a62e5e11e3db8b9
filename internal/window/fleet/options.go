// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"context"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// Options says how a collector shares windows. Resolution must be the same for the whole fleet.
type Options struct {
	// Resolution is the grain of the windows, and how long a lease lasts.
	Resolution time.Duration

	// Timeout bounds how long a decision waits for Redis, queueing included.
	Timeout time.Duration

	// Policy says how a batch is decided that Redis can't be asked about.
	Policy Policy

	// Replicas is the number of collectors that share the limits, which Local divides by; at least 1.
	Replicas int

	// Without switches off means of saving round trips, to measure or test the others alone.
	Without Means
}

// Policy says how a batch is decided that Redis can't be asked about.
type Policy uint8

// The policies.
const (
	Local  Policy = iota // by this collector's share of the limits
	Allow                // admitted
	Reject               // window.Unknown
)

// Means are the ways to decide without a round trip for each batch.
type Means uint8

// The means; the package comment explains them.
const (
	Leases Means = 1 << iota
	DenyCache
	GroupCommit
)

// Store is where the shared windows are: a redislog.Client.
type Store interface {
	// Node names the server that holds the windows of an organization at present.
	Node(ctx context.Context, organization string) (string, error)

	// Do runs calls in one round trip. It returns an error for each call, nil where it was run.
	Do(ctx context.Context, calls []*redislog.Call, replies []*redislog.Reply) []error

	// Ping asks whether there is a server.
	Ping(ctx context.Context) error

	// Refresh has the store find out again which server holds what, without waiting for the answer.
	Refresh(ctx context.Context)
}

// Monitor is told what happens between a collector and Redis. Its methods must not block.
type Monitor interface {
	// Called is told the outcome of each script call, nil where it was run, and how long it took.
	Called(err error, took time.Duration)

	// Leased is told of each lease.
	Leased(spans int64)

	// Away is told that a server can't be asked any more, or at start, and why. Back is told when decisions are shared
	// again.
	Away(node string, why error)
	Back(node string)

	// Lost is told that a server has lost windows. What this collector admitted is charged to it again.
	Lost(node string)
}

// probeInterval is how often a collector tries whether a server that failed is back.
const probeInterval = 250 * time.Millisecond

// settling is how long a collector decides alone after it charged what it admitted without Redis: time for all others
// to do so, before any of them spends what is left of a limit.
const settling = 2 * probeInterval

// maxWaiting is how many batches of an organization may wait for Redis; the others are window.Unknown. They would wait
// for dozens of calls.
const maxWaiting = 4096

// lanes is how many pipelines to a server may be under way, so that neither it nor this process waits for the other.
const lanes = 4

// pipelined is how many calls, of as many organizations, a pipeline has at most. While those of others wait for a lane
// more of their batches arrive, and a call for many costs hardly more than one for few: in a benchmark of 100
// organizations and 256 senders, 64 at once decided a fifth less.
const pipelined = 16
