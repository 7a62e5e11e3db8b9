// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"time"

	"github.com/redis/rueidis"
	"github.com/redis/rueidis/rueidislimiter"
)

// openRueidis opens a fixed window that starts with a key's first batch, by this machine's clock. It charges what it
// refuses. Its client puts what is waiting into one write; a single connection that waits a moment for more made it
// fastest, the moment being what its documentation proposes.
func openRueidis(_ context.Context, address string, q quota) (limiter, error) {
	client, err := rueidis.NewClient(rueidis.ClientOption{
		InitAddress:       []string{address},
		DisableCache:      true, // there is nothing it could cache
		PipelineMultiplex: -1,
		MaxFlushDelay:     20 * time.Microsecond,
	})
	if err != nil {
		return nil, err
	}
	token, err := askRueidis(client, q.token)
	if err != nil {
		return nil, err
	}
	organization, err := askRueidis(client, q.organization)
	return pair{token, organization, client.Close}, err
}

func askRueidis(client rueidis.Client, perMinute int) (ask, error) {
	window, err := rueidislimiter.NewRateLimiter(rueidislimiter.RateLimiterOption{
		ClientBuilder: func(rueidis.ClientOption) (rueidis.Client, error) { return client, nil },
		Limit:         perMinute,
		Window:        time.Minute,
	})
	return func(ctx context.Context, key string, n int) (bool, error) {
		result, err := window.AllowN(ctx, key, int64(n))
		return result.Allowed, err
	}, err
}
