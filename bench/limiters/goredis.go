// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// goRedis returns a client with a connection for each goroutine that may want one: waiting for the pool would be slower
// than waiting for Redis. Retries are off since a repeated script charges twice.
func goRedis(address string) *redis.Client {
	return redis.NewClient(&redis.Options{
		Addr:                     address,
		PoolSize:                 maxGoroutines,
		MaxRetries:               -1,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	})
}

// pipelined returns a client that sends what is waiting together, and what closes it. With a connection for each
// goroutine, the peers that use go-redis decided little more than half as much.
func pipelined(address string) (client *redis.AutoPipeliner, shut func(), err error) {
	plain := goRedis(address)
	client, err = plain.AutoPipeline()
	return client, func() { _ = plain.Close() }, err
}
