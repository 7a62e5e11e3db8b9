// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package window

import (
	"maps"
	"slices"
	"time"
)

// ledger is the plain sliding log that the implementation is judged by: every charge, for ever.
type ledger []charge

type charge struct {
	at time.Duration
	n  int64
}

// since returns the spans charged after a moment.
func (g ledger) since(after time.Duration) int64 {
	n := int64(0)
	for _, c := range g {
		if c.at > after {
			n += c.n
		}
	}
	return n
}

// last returns the moment of the last charge.
func (g ledger) last() time.Duration {
	if len(g) == 0 {
		return 0
	}
	return g[len(g)-1].at
}

// contents is all that an organization holds.
type contents struct {
	window Log
	tokens map[string]Log
}

// held returns a deep copy of all that a Memory holds.
func held(m *Memory) map[string]contents {
	all := map[string]contents{}
	m.organizations.Range(func(id string, o *organization) bool {
		c := contents{o.window.Copy(), map[string]Log{}}
		for token, l := range o.tokens {
			c.tokens[token] = l.Copy()
		}
		all[id] = c
		return true
	})
	return all
}

// restore returns a Memory that holds what held returned for one of that resolution and last sweep.
func restore(all map[string]contents, resolution time.Duration, swept int64) *Memory {
	m := NewMemory(resolution)
	m.swept.Store(swept)
	for id, c := range all {
		o := m.organizations.Lock(id)
		o.Value = organization{window: c.window.Copy(), tokens: map[string]*Log{}}
		for token, l := range c.tokens {
			o.Value.tokens[token] = new(l.Copy())
		}
		o.Unlock()
	}
	return m
}

// logs returns all logs of a Memory.
func logs(m *Memory) []Log {
	var all []Log
	for _, c := range held(m) {
		all = append(all, c.window)
		all = slices.AppendSeq(all, maps.Values(c.tokens))
	}
	return all
}
