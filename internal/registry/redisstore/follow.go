// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"context"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redisconn"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

const (
	block    = time.Second      // how long a read of the stream waits for a change; then the head is looked at
	patience = 15 * time.Second // of a start, for all records
)

// Source follows a registry in Redis.
type Source struct {
	config  *redisconn.Config
	done    context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup
	client  redis.UniversalClient
}

var _ registry.Source = (*Source)(nil)

// Follow returns the source of a registry in Redis, which is not asked yet. The config must be valid.
func Follow(config *redisconn.Config) *Source {
	s := &Source{config: config}
	s.done, s.cancel = context.WithCancel(context.Background())
	return s
}

// Start implements registry.Source. A Redis that is away is no error, only files that can't be read are.
func (s *Source) Start(ctx context.Context, follower registry.Follower) error {
	client, err := redisconn.NewClient(ctx, s.config)
	if err != nil {
		return err
	}
	s.client = client
	t := newTail(client, s.config, follower)
	first, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	t.step(first)
	s.running.Go(func() { t.run(s.done) })
	return nil
}

// Close implements registry.Source. Closing the connections ends a read that waits.
func (s *Source) Close() {
	s.cancel()
	if s.client != nil {
		_ = s.client.Close()
	}
	s.running.Wait()
}
