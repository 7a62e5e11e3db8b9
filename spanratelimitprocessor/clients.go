// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// shareOf returns what the client that sent a batch may use of its token; nil where the token doesn't limit each client.
func shareOf(id *identity.Identity) *window.Share {
	if id == nil || id.Token().ClientSpansPerMinute == nil {
		return nil
	}
	t := id.Token()
	return &window.Share{Token: t.ID, Client: id.Client(), Limit: window.Limit(*t.ClientSpansPerMinute)}
}

// decide asks the client's share first: one that floods must not cost its token anything, nor wait for Redis. What another
// limit refuses is given back.
func (l *limiter) decide(now time.Duration, b window.Batch) window.Decision {
	if b.Client == nil || b.Spans == 0 {
		return l.windows.Decide(now, b)
	}
	if d, ok := b.Hopeless(); ok {
		return d
	}
	charge, wait := l.clients.Charge(now, b.Client, b.Spans)
	if wait > 0 {
		return window.Decision{Outcome: window.OverLimit, Scope: window.Client, Limit: b.Client.Limit, RetryAfter: wait}
	}
	d := l.windows.Decide(now, b)
	if d.Outcome != window.Admitted {
		charge.GiveBack(l.clock())
	}
	return d
}
