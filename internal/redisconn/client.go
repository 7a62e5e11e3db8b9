// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisconn

import (
	"context"
	"crypto/tls"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"
)

const (
	poolSize     = 8 // calls wait for each other and go together, so few connections carry much
	maxRedirects = 3

	// How long a cluster client may go on calling a master that died. It learns of another from MOVED, which the dead
	// can't send, and else from a look at the cluster; go-redis takes one every 60 s.
	clusterInterval = 5 * time.Second

	// A call that times out leaves its dial running, and the connection goes to the pool. So a dial may outlast a call,
	// and must: were it cut at the timeout, a TLS handshake or a sentinel slower than that would never get through.
	minDialTimeout = time.Second
)

// NewClient returns a client that dials when it is first called; the error is about the files that tls names. The
// config must be valid. A call is bounded by the deadline of its context, which the caller sets to the timeout; a
// command that must not run twice must say NoRetry, since a cluster client repeats what may have run. Connections
// end with Close; a dial under way ends within a second or two, and with sentinels Close waits for it.
func NewClient(ctx context.Context, c *Config) (redis.UniversalClient, error) {
	tlsConfig, err := c.loadTLS(ctx)
	if err != nil {
		return nil, err
	}
	// go-redis writes to stderr, past the Collector's logger, a line for each failed dial. Its logger is global, so
	// another go-redis of this process falls silent, too; all that we need to know comes back as an error.
	logging.Disable()
	options := c.options(tlsConfig)
	if c.Cluster {
		return redis.NewClusterClient(clusterOptions(options)), nil
	}
	return redis.NewUniversalClient(options), nil
}

func (c *Config) loadTLS(ctx context.Context) (*tls.Config, error) {
	if !c.TLS.HasValue() {
		return nil, nil
	}
	tlsConfig, err := c.TLS.Get().LoadTLSConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("tls: %w", err)
	}
	return tlsConfig, nil
}

func (c *Config) options(tlsConfig *tls.Config) *redis.UniversalOptions {
	options := &redis.UniversalOptions{
		Addrs:            c.Endpoints,
		MasterName:       c.MasterName,
		Username:         c.Username,
		Password:         string(c.Password),
		SentinelUsername: c.SentinelUsername,
		SentinelPassword: string(c.SentinelPassword),
		DB:               c.DB,
		TLSConfig:        tlsConfig,
	}
	c.boundTime(options)
	neverRepeat(options)
	connectSparingly(options)
	return options
}

func (c *Config) boundTime(options *redis.UniversalOptions) {
	options.ContextTimeoutEnabled = true // or the deadline of a call's context is ignored while it reads and writes
	options.DialTimeout = max(c.Timeout, minDialTimeout)
	options.ReadTimeout = c.Timeout
	options.WriteTimeout = c.Timeout
	options.PoolTimeout = c.Timeout // waiting for a connection; ReadTimeout + 1 s by default
	// Before a call of a cluster is sent again; the default takes most of a timeout, and a moved pipeline waits, too.
	options.MinRetryBackoff = time.Millisecond
	options.MaxRetryBackoff = 5 * time.Millisecond
}

func neverRepeat(options *redis.UniversalOptions) {
	options.MaxRetries = -1   // a script that was sent may have run, and would charge twice
	options.DialerRetries = 1 // 5 by default, 100 ms apart: a refused port would cost a call all its time
	// MOVED and ASK are answers of a node that ran nothing, so following them is safe. go-redis spends the same number
	// on repeating after broken connections, unless a command says NoRetry; in a pipeline one such command is enough.
	options.MaxRedirects = maxRedirects
}

func connectSparingly(options *redis.UniversalOptions) {
	options.PoolSize = poolSize
	options.PipelinePoolSize = -1 // a second pool of 10 for pipelines, which on a failed dial dials again in the first
	// Each would cost a round trip within the time of the call that connects, and a permission of the ACL user. For the
	// same reason there is no ClientName.
	options.DisableIdentity = true
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
}

// clusterOptions sets what universal options can't.
func clusterOptions(options *redis.UniversalOptions) *redis.ClusterOptions {
	cluster := options.Cluster()
	// Routing policies help none of our commands, and look them up with COMMAND first: for 5 s, whatever the deadline of
	// the call, and before every call if the ACL user may not.
	cluster.DisableRoutingPolicies = true
	cluster.ClusterStateReloadInterval = clusterInterval
	return cluster
}
