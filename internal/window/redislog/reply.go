// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redislog

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// errReply is what a server answers that runs another script under this one's name.
var errReply = errors.New("the answer of Redis is not one of this script")

// answer is what the script returns: little-endian doubles, entries, and one digit for each batch.
//
//	now, lost, total, born, bytes of entries, entries, then for each token
//	grant, total, born, bytes of entries, entries, digits
//
// Entries are (last, spans), oldest first. Digits are those of window.Scope; there are none if a log is lost.
type answer struct {
	rest string
	bad  bool
}

// number returns the next number.
func (a *answer) number() int64 {
	next := a.bytes(8)
	if a.bad {
		return 0
	}
	return int64(math.Float64frombits(binary.LittleEndian.Uint64([]byte(next))))
}

func (a *answer) bytes(n int) string {
	if n < 0 || n > len(a.rest) {
		a.bad = true
		return ""
	}
	next := a.rest[:n]
	a.rest = a.rest[n:]
	return next
}

// state reads a log's state, whose moments are told relative to now.
func (a *answer) state(now int64, s *State) {
	s.Total = a.number()
	s.Birth = Birth(a.number())
	s.Steps = s.Steps[:0]
	entries := answer{rest: a.bytes(int(a.number()))}
	for len(entries.rest) > 0 && !entries.bad {
		last, spans := entries.number(), entries.number()
		if spans > 0 {
			s.Steps = append(s.Steps, Step{After: microseconds(last-now) + window.Hold, Spans: spans})
		}
	}
	a.bad = a.bad || entries.bad
}

// decode reads the answer to a call.
func (r *Reply) decode(text string, c *Call) error {
	a := answer{rest: text}
	r.Now = a.number()
	r.Lost = a.number() != 0
	a.state(r.Now, &r.Log)
	r.Tokens = slices.Grow(r.Tokens[:0], len(c.Tokens))[:len(c.Tokens)] // elements keep their slices
	for i := range r.Tokens {
		batches := len(c.Tokens[i].Batches)
		if r.Lost {
			batches = 0
		}
		a.token(r.Now, &r.Tokens[i], batches)
	}
	if a.bad || a.rest != "" {
		return errReply
	}
	return nil
}

func (a *answer) token(now int64, t *TokenReply, batches int) {
	t.Grant = a.number()
	a.state(now, &t.State)
	t.Refusers = t.Refusers[:0]
	for _, digit := range []byte(a.bytes(batches)) {
		scope := window.Scope(digit - '0')
		a.bad = a.bad || scope > window.Organization
		t.Refusers = append(t.Refusers, scope)
	}
}

func microseconds(n int64) time.Duration {
	return time.Duration(n) * time.Microsecond
}

// Wait returns how long after the call n spans fit into the log under limit if nothing else is charged: 0 if they fit
// already. n must be at most limit. Only a log that refused has the Steps to tell.
func (s *State) Wait(n int64, limit window.Limit) time.Duration {
	excess := s.Total - (int64(limit) - n)
	for _, step := range s.Steps {
		if excess <= 0 || limit == window.Unlimited {
			return 0
		}
		if excess -= step.Spans; excess <= 0 {
			return step.After
		}
	}
	return 0
}
