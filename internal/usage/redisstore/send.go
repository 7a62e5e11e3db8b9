// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"context"
	_ "embed" // the script
	"errors"
	"sync"
	"time"
)

//go:embed add.lua
var addSource string

// senders work at the same time, each for an organization, so that many small ones don't take a round trip each.
const senders = 8

// send sends what is in the outbox: first calls that were begun at an earlier time, then what waits. What can't be sent
// stays.
func (s *Store) send(ctx context.Context, now time.Time) error {
	earlier := s.sendAll(ctx, s.outbox.begun())
	err := s.sendAll(ctx, s.outbox.seal(newClock(now, s.now())))
	s.outbox.clean()
	return errors.Join(earlier, err)
}

// sendAll returns the first error: there may be one for each organization.
func (s *Store) sendAll(ctx context.Context, boxes []*box) error {
	var first error
	var once sync.Once
	var working sync.WaitGroup
	queue := make(chan *box)
	for range min(senders, len(boxes)) {
		working.Go(func() {
			for b := range queue {
				if err := s.sendBox(ctx, b); err != nil {
					once.Do(func() { first = err })
				}
			}
		})
	}
	for _, b := range boxes {
		queue <- b
	}
	close(queue)
	working.Wait()
	return first
}

// sendBox sends the calls in their order, up to the first that fails.
func (s *Store) sendBox(ctx context.Context, b *box) error {
	for len(b.begun) > 0 {
		if err := s.call(ctx, b.begun[0]); err != nil {
			return err
		}
		b.begun = b.begun[1:]
	}
	return nil
}

func (s *Store) call(ctx context.Context, c *call) error {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	_, err := s.script.Run(ctx, s.client, c.keys, c.args...)
	return err
}
