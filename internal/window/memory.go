// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package window

import (
	"sync/atomic"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/lockmap"
)

// Memory keeps windows in this process. Its methods are safe for concurrent use; decisions of one organization wait
// for one another, those of different organizations don't. It starts no goroutine: who owns it calls Sweep.
type Memory struct {
	resolution    time.Duration
	organizations lockmap.Map[organization]
	swept         atomic.Int64 // the latest time passed to Sweep, in nanoseconds
}

// NewMemory returns a Memory without windows. The resolution is the time by which a span may count for longer than
// [Length], and what a window takes is in inverse proportion to it; 1 s is a good one. One of 0 or less is taken as
// 1 ns: exact, and without a useful bound on memory.
func NewMemory(resolution time.Duration) *Memory {
	return &Memory{resolution: max(resolution, 1)}
}

// Decide admits b and charges it to both its scopes, or refuses it and charges neither. now is the monotonic time since
// any fixed moment, the same for all calls. A batch of no spans is admitted, even under a limit of zero.
func (m *Memory) Decide(now time.Duration, b Batch) Decision {
	if d, ok := b.Unasked(); ok {
		return d
	}
	o := m.organizations.Lock(b.Organization)
	defer o.Unlock()
	// A window forgotten by Sweep may have held spans younger than Length at a now that was read before.
	now = max(now, time.Duration(m.swept.Load()))
	return o.Value.decide(now, &b, m.resolution)
}

// Sweep forgets the windows that hold nothing at now. It locks one organization at a time. Called every few seconds it
// bounds memory by what was admitted in the past [Length] and those seconds.
func (m *Memory) Sweep(now time.Duration) {
	m.advance(now)
	m.organizations.Range(func(_ string, o *organization) bool {
		o.forget(now)
		return o.windows() > 0
	})
}

// Len returns the number of windows held, of organizations and of tokens.
func (m *Memory) Len() int {
	n := 0
	m.organizations.Range(func(_ string, o *organization) bool {
		n += o.windows()
		return true
	})
	return n
}

// advance records the time of a sweep, before it forgets anything.
func (m *Memory) advance(now time.Duration) {
	for {
		swept := m.swept.Load()
		if int64(now) <= swept || m.swept.CompareAndSwap(swept, int64(now)) {
			return
		}
	}
}
