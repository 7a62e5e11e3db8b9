// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fair

import (
	"slices"
	"sync"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// set is a part of a table, behind a lock of its own. A client's bucket has the same index in both arrays.
type set struct {
	mu      sync.Mutex
	now     time.Duration       // the latest there was: callers read their clocks before they wait for the lock
	floor   time.Duration       // no client that has no bucket here would have one that is empty later
	clients [ways]uint64        // hashes of who they are: with 64 bits and a secret seed no two are the same
	empty   [ways]time.Duration // when each bucket will be
}

// pass lets time go on, never back, and returns the moment.
func (s *set) pass(now time.Duration) time.Duration {
	s.now = max(s.now, now)
	return s.now
}

// charge returns 0 if it charges, else for how long c does not fit.
func (s *set) charge(c Charge) time.Duration {
	i := s.find(c.client)
	empty := s.floor
	if i >= 0 {
		empty = s.empty[i]
	}
	empty = max(empty, c.at) + c.cost
	if wait := empty - c.at - window.Length; wait > 0 {
		return wait
	}
	if i < 0 {
		i = s.evict()
		s.clients[i] = c.client
	}
	s.empty[i] = empty
	return 0
}

// find returns the index of a client's bucket, -1 if it has none.
func (s *set) find(client uint64) int {
	return slices.Index(s.clients[:], client)
}

// evict returns the index of the bucket that is empty first.
func (s *set) evict() int {
	first := 0
	for i, empty := range s.empty {
		if empty < s.empty[first] {
			first = i
		}
	}
	s.floor = max(s.floor, s.empty[first])
	return first
}
