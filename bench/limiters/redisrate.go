// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"

	"github.com/go-redis/redis_rate/v10"
)

// openRedisRate opens GCRA: a burst of the whole limit, which then comes back evenly over the minute.
func openRedisRate(_ context.Context, address string, q quota) (limiter, error) {
	client, shut, err := pipelined(address)
	if err != nil {
		return nil, err
	}
	rate := redis_rate.NewLimiter(client)
	return pair{askRedisRate(rate, q.token), askRedisRate(rate, q.organization), shut}, nil
}

func askRedisRate(rate *redis_rate.Limiter, perMinute int) ask {
	limit := redis_rate.PerMinute(perMinute)
	return func(ctx context.Context, key string, n int) (bool, error) {
		result, err := rate.AllowN(ctx, key, limit, n)
		return err == nil && result.Allowed == n, err
	}
}
