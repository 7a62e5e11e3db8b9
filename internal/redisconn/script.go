// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisconn

import (
	"context"

	"github.com/redis/go-redis/v9"
)

// unrepeated is a command that go-redis never sends a second time: if only its answer got lost, it would be done twice.
type unrepeated struct{ *redis.Cmd }

// NoRetry implements redis.Cmder.
func (unrepeated) NoRetry() bool { return true }

// Script is a Lua script that is run at most once a call.
type Script struct{ source, hash string }

// NewScript returns the script with the source.
func NewScript(source string) *Script {
	return &Script{source: source, hash: redis.NewScript(source).Hash()}
}

// Run runs the script by its hash, and with its source if the server doesn't know it yet: then it was not run. After
// other errors it may have been.
func (s *Script) Run(ctx context.Context, c redis.UniversalClient, keys []string, args ...any) (any, error) {
	result, err := s.send(ctx, c, "evalsha", s.hash, keys, args)
	if err != nil && redis.HasErrorPrefix(err, "NOSCRIPT") {
		return s.send(ctx, c, "eval", s.source, keys, args)
	}
	return result, err
}

func (*Script) send(
	ctx context.Context, c redis.UniversalClient, verb, script string, keys []string, args []any,
) (any, error) {
	all := make([]any, 0, 3+len(keys)+len(args))
	all = append(all, verb, script, len(keys))
	for _, key := range keys {
		all = append(all, key)
	}
	cmd := unrepeated{redis.NewCmd(ctx, append(all, args...)...)}
	_ = c.Process(ctx, cmd)
	return cmd.Result()
}
