// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redislog_test

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// Times of Redis's clock.
const (
	µs    int64 = 1
	ms          = 1_000 * µs
	sec         = 1_000 * ms
	hold        = 60*sec + µs // window.Hold
	begin       = 1_700_000_000 * sec
)

const prefix = "test"

// rig runs calls on a Redis server at times that it sets.
type rig struct {
	t      require.TestingT
	ctx    context.Context
	redis  *redis.Client
	client *redislog.Client
	now    int64
}

// newRig returns a rig on an empty server.
func newRig(t require.TestingT, s *redistest.Server, resolution, lease time.Duration) *rig {
	r := &rig{t: t, ctx: context.Background(), redis: s.Client(), now: begin}
	r.client = redislog.NewClient(r.redis, prefix, resolution, lease)
	r.client.SetNow(func() int64 { return r.now })
	require.NoError(t, r.redis.FlushAll(r.ctx).Err())
	return r
}

// do runs a call.
func (r *rig) do(call *redislog.Call) *redislog.Reply {
	var reply redislog.Reply
	for _, err := range r.client.Do(r.ctx, []*redislog.Call{call}, []*redislog.Reply{&reply}) {
		require.NoError(r.t, err)
	}
	return &reply
}

// batches returns a call of organization o with batches of token t.
func batches(organization, token window.Limit, spans ...int64) *redislog.Call {
	t := redislog.Token{ID: "t", Log: redislog.Log{Limit: token}, Batches: spans}
	return &redislog.Call{
		Organization: "o", Log: redislog.Log{Limit: organization}, Tokens: []redislog.Token{t},
	}
}

// keys returns the keys of the logs of a call, that of the organization first.
func keys(call *redislog.Call) []string {
	all := []string{organizationKey(call.Organization)}
	for _, t := range call.Tokens {
		all = append(all, tokenKey(call.Organization, t.ID))
	}
	return all
}

func organizationKey(id string) string { return prefix + ":w:{" + id + "}:o" }

func tokenKey(organization, id string) string { return prefix + ":w:{" + organization + "}:t:" + id }
