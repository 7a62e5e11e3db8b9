// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redislogtest

import (
	"slices"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// run is one run of the script.
type run struct {
	moment
	call         *redislog.Call
	organization *log   // nil where there is no limit
	tokens       []*log // in the order of the call, nil where there is no limit
}

// Run does what the script does when the server's clock says now, in microseconds since 1970, and fills the reply as
// [redislog.Client.Do] does.
func (s *Server) Run(now int64, call *redislog.Call, reply *redislog.Reply) {
	r := &s.run
	r.moment, r.call = moment{now, s.resolution, s.lease}, call
	s.find(r)
	reply.Now, reply.Lost = now, r.lost()
	reply.Tokens = slices.Grow(reply.Tokens[:0], len(call.Tokens))[:len(call.Tokens)]
	anyRefused := false
	if !reply.Lost {
		settle(r, r.organization, &call.Log)
	}
	for i := range call.Tokens {
		anyRefused = r.token(i, reply.Lost, &reply.Tokens[i]) || anyRefused
	}
	state(r, r.organization, anyRefused, &reply.Log)
	s.keep(r)
}

// find looks up the logs of a call. Those that aren't there yet are kept only if they are written.
func (s *Server) find(r *run) {
	r.organization = s.log(r.call.Log.Limit, key{r.call.Organization, ""})
	r.tokens = r.tokens[:0]
	for i := range r.call.Tokens {
		limit := r.call.Tokens[i].Log.Limit
		if r.call.Tokens[i].ID == "" {
			limit = window.Unlimited
		}
		r.tokens = append(r.tokens, s.log(limit, key{r.call.Organization, r.call.Tokens[i].ID}))
	}
}

func (s *Server) log(limit window.Limit, k key) *log {
	if limit == window.Unlimited {
		return nil
	}
	if l := s.logs[k]; l != nil {
		return l
	}
	return new(log)
}

// keep adds the logs that were written for the first time.
func (s *Server) keep(r *run) {
	keep := func(l *log, token string) {
		if l != nil && l.born == r.now {
			s.logs[key{r.call.Organization, token}] = l
		}
	}
	keep(r.organization, "")
	for i, l := range r.tokens {
		keep(l, r.call.Tokens[i].ID)
	}
}

// lost reports whether a log isn't the one that the caller knew.
func (r *run) lost() bool {
	other := func(l *log, known redislog.Birth) bool {
		return l != nil && known != 0 && int64(known) != l.born
	}
	lost := other(r.organization, r.call.Log.Known)
	for i, l := range r.tokens {
		lost = lost || other(l, r.call.Tokens[i].Log.Known)
	}
	return lost
}

// settle charges what was admitted without the log.
func settle(r *run, l *log, account *redislog.Log) {
	if l == nil {
		return
	}
	for _, d := range account.Debts {
		l.backdate(&r.moment, r.now-d.Age.Microseconds(), d.Spans)
	}
}

// token does all for one token, and reports whether it was refused something.
func (r *run) token(i int, lost bool, reply *redislog.TokenReply) bool {
	l, t := r.tokens[i], &r.call.Tokens[i]
	reply.Grant, reply.Refusers = 0, reply.Refusers[:0]
	refused := false
	if !lost {
		settle(r, l, &t.Log)
		for _, l := range []*log{l, r.organization} {
			if l != nil {
				l.refund(&r.moment, t.Refund)
			}
		}
		refused = r.decide(l, t, reply)
		if !refused {
			reply.Grant = r.grant(l, t)
		}
	}
	state(r, l, refused, &reply.State)
	return refused
}

// decide charges each batch that fits to both logs, and each that doesn't to neither.
func (r *run) decide(l *log, t *redislog.Token, reply *redislog.TokenReply) (refused bool) {
	for _, n := range t.Batches {
		refuser := window.None
		switch {
		case !r.fits(l, n, t.Log.Limit):
			refuser = window.Token
		case !r.fits(r.organization, n, r.call.Log.Limit):
			refuser = window.Organization
		default:
			r.charge(l, r.now, n)
			r.charge(r.organization, r.now, n)
		}
		reply.Refusers = append(reply.Refusers, refuser)
		refused = refused || refuser != window.None
	}
	return refused
}

func (r *run) fits(l *log, n int64, limit window.Limit) bool {
	return l == nil || n <= int64(limit)-l.counted(r.now)
}

func (r *run) charge(l *log, when, n int64) {
	if l != nil && n > 0 {
		l.charge(&r.moment, when, n)
	}
}

// grant charges a lease at its end, and returns its size.
func (r *run) grant(l *log, t *redislog.Token) int64 {
	size := t.Want
	if l != nil {
		size = min(size, l.room(r.now, int64(t.Log.Limit)))
	}
	if r.organization != nil {
		size = min(size, r.organization.room(r.now, int64(r.call.Log.Limit)))
	}
	if size <= 0 || size < t.Least {
		return 0
	}
	r.charge(l, r.now+r.lease, size)
	r.charge(r.organization, r.now+r.lease, size)
	return size
}

// state tells what a log holds, and when that leaves if it is asked for.
func state(r *run, l *log, steps bool, s *redislog.State) {
	s.Total, s.Birth, s.Steps = 0, 0, s.Steps[:0]
	if l == nil {
		return
	}
	s.Total, s.Birth = l.counted(r.now), redislog.Birth(l.born)
	if !steps {
		return
	}
	for _, e := range l.entries[l.left(r.now):] {
		if e.count == 0 { // was refunded
			continue
		}
		after := time.Duration(e.last+hold-r.now) * time.Microsecond
		s.Steps = append(s.Steps, redislog.Step{After: after, Spans: e.count})
	}
}
