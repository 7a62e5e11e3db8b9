// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog/redislogtest"
)

// server is the Redis that all collectors of a test share, with a clock of its own.
type server struct {
	mu      sync.Mutex
	data    *redislogtest.Server
	skew    time.Duration // of its clock
	expired time.Time
	calls   int
	observe func(now int64, call *redislog.Call, reply *redislog.Reply) // told of each run
}

func newServer(resolution time.Duration) *server {
	return &server{data: redislogtest.NewServer(resolution, resolution)}
}

func (s *server) now() int64 { return time.Now().Add(s.skew).UnixMicro() }

func (s *server) run(call *redislog.Call, reply *redislog.Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	if time.Since(s.expired) > 5*time.Second {
		s.expired = time.Now()
		s.data.Expire(s.now())
	}
	s.data.Run(s.now(), call, reply)
	if s.observe != nil {
		s.observe(s.now(), call, reply)
	}
}

// total returns what counts at this moment.
func (s *server) total(id scopeID) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.data.Total(s.now(), id.organization, id.token)
}

// step sets the clock back or forward.
func (s *server) step(by time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.skew += by
}

func (s *server) flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.data.Flush()
}

// copy returns what a replica has that stands still from now on.
func (s *server) copy() *redislogtest.Server {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.data.Copy()
}

// replace has another copy of the data take over.
func (s *server) replace(data *redislogtest.Server) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.data = data
}

// refuses tells what a server that holds a copy of the data would say to a batch at a later moment.
func (s *server) refuses(after time.Duration, b *window.Batch) window.Scope {
	call := redislog.Call{Organization: b.Organization, Log: redislog.Log{Limit: b.OrganizationLimit}}
	call.Tokens = []redislog.Token{{ID: b.Token, Batches: []int64{b.Spans}}}
	call.Tokens[0].Log.Limit = b.EffectiveTokenLimit()
	var reply redislog.Reply
	s.copy().Run(time.Now().Add(s.skew+after).UnixMicro(), &call, &reply)
	return reply.Tokens[0].Refusers[0]
}

// entries returns the spans of a log's entries.
func (s *server) entries(id scopeID) []int64 {
	call := redislog.Call{Organization: id.organization, Tokens: []redislog.Token{{ID: id.token, Batches: []int64{1}}}}
	call.Log.Limit = window.Unlimited
	if id.token == "" {
		call.Log.Limit = 0
	}
	var reply redislog.Reply
	s.copy().Run(s.now(), &call, &reply)
	var spans []int64
	for _, step := range append(reply.Log.Steps, reply.Tokens[0].Steps...) {
		spans = append(spans, step.Spans)
	}
	return spans
}

// scopeID names a token, or an organization if token is empty.
type scopeID struct{ organization, token string }

// clone returns a call that shares nothing with the one that the collector goes on to use.
func clone(c *redislog.Call) *redislog.Call {
	d := *c
	d.Log.Debts = slices.Clone(c.Log.Debts)
	d.Tokens = slices.Clone(c.Tokens)
	for i := range d.Tokens {
		d.Tokens[i].Log.Debts = slices.Clone(d.Tokens[i].Log.Debts)
		d.Tokens[i].Batches = slices.Clone(d.Tokens[i].Batches)
	}
	return &d
}

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }
