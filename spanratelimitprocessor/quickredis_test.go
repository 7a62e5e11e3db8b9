// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"context"
	"sync"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog/redislogtest"
)

// quickRedis is a Redis server in this process, which has the test's time. It implements fleet.Store.
type quickRedis struct {
	mu   sync.Mutex
	data *redislogtest.Server
}

func (*quickRedis) Node(context.Context, string) (string, error) { return "", nil }
func (*quickRedis) Refresh(context.Context)                      {}
func (*quickRedis) Ping(context.Context) error                   { return nil }

func (r *quickRedis) Do(_ context.Context, calls []*redislog.Call, replies []*redislog.Reply) []error {
	time.Sleep(time.Millisecond)
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range calls {
		r.data.Run(time.Now().UnixMicro(), calls[i], replies[i])
	}
	return make([]error, len(calls))
}

// total returns what counts for a token of an organization, or for the organization if token is empty.
func (r *quickRedis) total(organization, token string) int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.data.Total(time.Now().UnixMicro(), organization, token)
}
