// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package window

import (
	"cmp"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/soak"
)

// admission is a decision in favour of n spans that took place between two moments, both included.
type admission struct {
	from, to time.Duration
	n        int64
}

// together runs call in that many goroutines, and sweeps until they return.
func together(m *Memory, clock *atomic.Int64, callers int, call func(caller int)) {
	var calls, sweeps sync.WaitGroup
	var done atomic.Bool
	sweeps.Go(func() {
		for !done.Load() {
			m.Sweep(time.Duration(clock.Load()))
			runtime.Gosched()
		}
	})
	for caller := range callers {
		calls.Go(func() { call(caller) })
	}
	calls.Wait()
	done.Store(true)
	sweeps.Wait()
}

// No interval of Hold may have more than the limit for certain, that is, counting only decisions wholly within it.
func TestMemoryConcurrent(t *testing.T) {
	const callers, limit = 8, 50
	m := NewMemory(time.Second)
	var clock atomic.Int64
	var byCaller [callers][]admission
	together(m, &clock, callers, func(caller int) {
		r := rand.New(rand.NewPCG(uint64(caller), 0))
		for range 5_000 * soak.Factor(t) {
			from := time.Duration(clock.Add(r.Int64N(int64(500 * ms))))
			if r.IntN(10) == 0 {
				runtime.Gosched()
			}
			b := batch(1+r.Int64N(9), 1+limit/2, limit).of(string('a' + rune(r.IntN(3))))
			if m.Decide(from, b).Outcome == Admitted {
				byCaller[caller] = append(byCaller[caller], admission{from, time.Duration(clock.Load()), b.Spans})
			}
		}
	})
	admissions := slices.Concat(byCaller[:]...)
	require.NotEmpty(t, admissions)
	assert.LessOrEqual(t, mostWithinLength(admissions), int64(limit))
	for _, l := range logs(m) {
		wellFormed(t, &l, time.Second)
	}
}

// mostWithinLength returns the most spans for which there is an interval of Hold, open at its begin, that holds
// their admissions whole.
func mostWithinLength(admissions []admission) int64 {
	slices.SortFunc(admissions, func(a, b admission) int { return cmp.Compare(a.from, b.from) })
	most := int64(0)
	for i, first := range admissions {
		n := int64(0)
		for _, a := range admissions[i:] {
			if a.from >= first.from+Hold {
				break
			}
			if a.to < first.from+Hold {
				n += a.n
			}
		}
		most = max(most, n)
	}
	return most
}

// Each round begins when the window is idle, so that its first decision meets the sweep that removes the organization.
// Charged to a removed organization, a batch would be lost, and another admitted.
func TestMemorySweepLosesNothing(t *testing.T) {
	m := NewMemory(time.Second)
	var clock atomic.Int64
	together(m, &clock, 1, func(int) {
		for i := range 50_000 * soak.Factor(t) {
			now := time.Duration(clock.Add(int64(2 * Hold)))
			for range i % 10 { // meet the sweep at different points
				runtime.Gosched()
			}
			first, second := m.Decide(now, batch(1, 1, 1)), m.Decide(now, batch(1, 1, 1))
			if first.Outcome != Admitted || second.Outcome != OverLimit {
				assert.Fail(t, "lost", "%+v, %+v", first, second)
				return
			}
		}
	})
}

// Under a limit that is never reached, the windows hold every span.
func TestMemoryConcurrentTotal(t *testing.T) {
	const callers = 8
	m := NewMemory(time.Second)
	var clock atomic.Int64
	together(m, &clock, callers, func(caller int) {
		for range 2_000 {
			now := time.Duration(clock.Add(int64(ms)))
			m.Decide(now, batch(1, Unlimited-1, Unlimited-1).of(string('a'+rune(caller))))
		}
	})
	all := held(m)["o"]
	require.Len(t, all.tokens, callers)
	assert.EqualValues(t, callers*2_000, all.window.total)
	for token, l := range all.tokens {
		assert.EqualValues(t, 2_000, l.total, token)
	}
}
