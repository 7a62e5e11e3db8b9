// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redislogtest

import (
	"slices"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// Server is a Redis server in memory that knows one script. The caller locks.
type Server struct {
	resolution, lease int64
	logs              map[key]*log
	run               run // its slices are reused
}

// key names a log; token is empty for that of the organization.
type key struct{ organization, token string }

// moment is when a call runs, and what it needs to know to date charges.
type moment struct{ now, resolution, lease int64 }

// life is how long a key lives once it was written: longer than what is charged from then on, into the entry that is
// then the newest, counts.
func (m *moment) life() int64 {
	const millisecond, spare = 1_000, 10_000_000
	counts := hold - 1 + 2*m.resolution + m.lease
	return (counts+millisecond-1)/millisecond*millisecond + spare
}

// NewServer returns a server without logs.
func NewServer(resolution, lease time.Duration) *Server {
	return &Server{resolution: resolution.Microseconds(), lease: lease.Microseconds(), logs: map[key]*log{}}
}

// Flush forgets everything, as FLUSHALL does.
func (s *Server) Flush() { clear(s.logs) }

// Expire drops the keys whose time to live has passed at now. Only this does: Run may be told any time.
func (s *Server) Expire(now int64) {
	for k, l := range s.logs {
		if l.deadline < now {
			delete(s.logs, k)
		}
	}
}

// Total returns what counts for a token, or for the organization if token is empty.
func (s *Server) Total(now int64, organization, token string) int64 {
	if l := s.logs[key{organization, token}]; l != nil {
		return l.counted(now)
	}
	return 0
}

// Deadline returns when the key of a log expires, and 0 if there is none.
func (s *Server) Deadline(organization, token string) int64 {
	if l := s.logs[key{organization, token}]; l != nil {
		return l.deadline
	}
	return 0
}

// Birth returns the birth of a log, and 0 if there is none.
func (s *Server) Birth(organization, token string) redislog.Birth {
	if l := s.logs[key{organization, token}]; l != nil {
		return redislog.Birth(l.born)
	}
	return 0
}

// Delete drops one log, as DEL does.
func (s *Server) Delete(organization, token string) { delete(s.logs, key{organization, token}) }

// Len returns the number of keys.
func (s *Server) Len() int { return len(s.logs) }

// Copy returns a server that holds what this one holds now, as a replica that stands still.
func (s *Server) Copy() *Server {
	replica := &Server{resolution: s.resolution, lease: s.lease, logs: make(map[key]*log, len(s.logs))}
	for k, l := range s.logs {
		clone := *l
		clone.entries = slices.Clone(l.entries)
		replica.logs[k] = &clone
	}
	return replica
}
