// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"time"

	ulule "github.com/ulule/limiter/v3"
	"github.com/ulule/limiter/v3/drivers/store/redis"
)

// openUlule opens a fixed window that starts with a key's first batch. It charges what it refuses.
func openUlule(_ context.Context, address string, q quota) (limiter, error) {
	client, shut, err := pipelined(address)
	if err != nil {
		return nil, err
	}
	store, err := redis.NewStore(client)
	return pair{askUlule(store, q.token), askUlule(store, q.organization), shut}, err
}

func askUlule(store ulule.Store, perMinute int) ask {
	window := ulule.New(store, ulule.Rate{Period: time.Minute, Limit: int64(perMinute)})
	return func(ctx context.Context, key string, n int) (bool, error) {
		result, err := window.Increment(ctx, key, int64(n))
		return err == nil && !result.Reached, err
	}
}
