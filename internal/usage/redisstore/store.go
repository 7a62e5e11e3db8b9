// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redisconn"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// Store keeps what was counted in Redis. It may be read at any time; Add and Close come one after the other.
type Store struct {
	*Reader

	time   func(ctx context.Context) (time.Time, error) // of Redis
	outbox *outbox
	script *redisconn.Script
}

var _ usage.Store = (*Store)(nil)

// Open returns the store, which connects when it is first asked. The config must be valid; the error is about the files
// that tls names.
func Open(ctx context.Context, config *redisconn.Config) (*Store, error) {
	reader, err := OpenReader(ctx, config, time.Now)
	if err != nil {
		return nil, err
	}
	s := &Store{
		Reader: reader,
		script: redisconn.NewScript(addSource),
		outbox: newOutbox(reader.keys, rand.Text()),
	}
	s.time = s.askTime
	return s, nil
}

// Add implements usage.Store.
func (s *Store) Add(ctx context.Context, b *usage.Batch) error {
	s.outbox.put(b)
	if s.outbox.empty() {
		return nil
	}
	now, err := s.time(ctx)
	if err == nil {
		err = s.send(ctx, now)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	return nil
}

// askTime asks for the clock of the fleet. That is done first, so it finds out, too, whether Redis is there.
func (s *Store) askTime(ctx context.Context) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	return s.client.Time(ctx).Result()
}

// Close implements usage.Store. The error says if something was lost.
func (s *Store) Close(ctx context.Context) error {
	err := s.Add(ctx, &usage.Batch{})
	_ = s.Reader.Close() // what it could say is about connections
	if err != nil {
		return fmt.Errorf("usage that could not be stored is lost: %w", err)
	}
	return nil
}
