// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redislog

import (
	"context"
	_ "embed" // the script
	"time"

	"github.com/redis/go-redis/v9"
)

//go:embed script.lua
var source string

// Client runs calls on a Redis server, a Cluster or what Sentinels name as master. It is safe for concurrent use.
type Client struct {
	redis  redis.UniversalClient
	script *redis.Script
	prefix string
	times  [2]time.Duration // resolution, lease
	now    func() int64     // for tests; 0 is the server's own time
}

// NewClient returns a Client. prefix begins all keys. The resolution, and how long a lease lasts, must be the same for
// all collectors that share the logs.
func NewClient(client redis.UniversalClient, prefix string, resolution, lease time.Duration) *Client {
	return &Client{
		redis:  client,
		script: redis.NewScript(source),
		prefix: prefix,
		times:  [2]time.Duration{resolution, lease},
		now:    func() int64 { return 0 },
	}
}

// Node names the server that holds the logs of an organization at present. It is empty if there is only one.
func (c *Client) Node(ctx context.Context, organization string) (string, error) {
	cluster, ok := c.redis.(*redis.ClusterClient)
	if !ok {
		return "", nil
	}
	node, err := cluster.MasterForKey(ctx, organizationKey(c.prefix, organization))
	if err != nil {
		return "", err
	}
	return node.Options().Addr, nil
}

// Refresh asks the cluster, if it is one, which server holds what, without waiting for the answer.
func (c *Client) Refresh(ctx context.Context) {
	if cluster, ok := c.redis.(*redis.ClusterClient); ok {
		cluster.ReloadState(ctx)
	}
}

// Do runs calls in one round trip and fills their replies. It returns an error for each call, nil where it was run.
// A call that failed may have been run, but never twice: nothing is sent again unless the server said that it did
// not run it.
func (c *Client) Do(ctx context.Context, calls []*Call, replies []*Reply) []error {
	runs := make([]*run, len(calls))
	for i, call := range calls {
		runs[i] = c.prepare(ctx, call)
	}
	c.exec(ctx, runs)
	if again := unknown(runs); len(again) > 0 {
		for _, r := range again {
			r.bring(ctx)
		}
		c.exec(ctx, again)
	}
	errs := make([]error, len(calls))
	for i, r := range runs {
		errs[i] = r.read(replies[i], calls[i])
	}
	return errs
}

// run is one run of the script.
type run struct {
	args []any
	cmd  once
}

// once is a command that go-redis never sends a second time: if only its answer got lost, it would be charged twice.
type once struct{ *redis.Cmd }

// NoRetry implements redis.Cmder.
func (once) NoRetry() bool { return true }

func (c *Client) prepare(ctx context.Context, call *Call) *run {
	body := make(request, 0, 256)
	keys := body.encode(make([]string, 0, 1+len(call.Tokens)), c.prefix, c.now(), c.times, call)
	args := make([]any, 0, 4+len(keys))
	args = append(args, "evalsha", c.script.Hash(), len(keys))
	for _, key := range keys {
		args = append(args, key)
	}
	args = append(args, []byte(body))
	return &run{args: args, cmd: once{redis.NewCmd(ctx, args...)}}
}

// exec sends runs in one pipeline.
func (c *Client) exec(ctx context.Context, runs []*run) {
	pipe := c.redis.Pipeline()
	for _, r := range runs {
		_ = pipe.Process(ctx, r.cmd)
	}
	_, _ = pipe.Exec(ctx) // each command has its own error
}

// unknown returns the runs whose server didn't know the script, as after a restart, a fail-over or SCRIPT FLUSH. They
// were not run.
func unknown(runs []*run) []*run {
	var again []*run
	for _, r := range runs {
		if err := r.cmd.Err(); err != nil && redis.HasErrorPrefix(err, "NOSCRIPT") {
			again = append(again, r)
		}
	}
	return again
}

// bring prepares a run that brings the script along.
func (r *run) bring(ctx context.Context) {
	r.args[0], r.args[1] = "eval", source
	r.cmd = once{redis.NewCmd(ctx, r.args...)}
}

func (r *run) read(reply *Reply, call *Call) error {
	text, err := r.cmd.Text()
	if err != nil {
		return err
	}
	return reply.decode(text, call)
}

// Ping asks whether there is a server.
func (c *Client) Ping(ctx context.Context) error {
	return c.redis.Ping(ctx).Err()
}
