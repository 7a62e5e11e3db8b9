// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"cmp"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// ledger is what a limit is judged by: every admission, for ever.
type ledger struct {
	mu  sync.Mutex
	all []admission

	// To tell the truth of the past minute at any time: the first admission that may be in it, and the sum from there.
	first int
	sum   int64
}

// admission is when a batch was admitted, at some moment between the two, and the limit at that time.
type admission struct {
	from, to time.Duration
	spans    int64
	limit    window.Limit
}

func (g *ledger) add(a admission) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.all = append(g.all, a)
	g.sum += a.spans
}

// truth returns what was certainly admitted in the past minute. It is asked at moments that never decrease. No
// admission takes longer than most.
func (g *ledger) truth(now, most time.Duration) int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	since := now - window.Length
	for g.first < len(g.all) && g.all[g.first].to < since {
		g.sum -= g.all[g.first].spans
		g.first++
	}
	sum := g.sum
	for _, a := range g.all[g.first:] {
		if a.to > since+most {
			break
		}
		if a.from < since {
			sum -= a.spans
		}
	}
	return sum
}

// spans returns the sum of all.
func (g *ledger) spans() int64 {
	sum := int64(0)
	for _, a := range g.all {
		sum += a.spans
	}
	return sum
}

// excess returns how many spans more than their limit were certainly admitted in the worst interval of a minute. The
// limit of an interval is the highest in it.
func (g *ledger) excess() int64 {
	most := int64(math.MinInt64)
	g.minutes(func(_ time.Duration, sum int64, limit window.Limit) { most = max(most, sum-int64(limit)) })
	return most
}

// most returns the spans that were certainly admitted in the worst interval of a minute, and its end.
func (g *ledger) most() (sum int64, end time.Duration) {
	g.minutes(func(at time.Duration, n int64, _ window.Limit) {
		if n > sum {
			sum, end = n, at
		}
	})
	return sum, end
}

// minutes visits each interval of a minute that ends with an admission.
func (g *ledger) minutes(visit func(end time.Duration, sum int64, limit window.Limit)) {
	all := slices.Clone(g.all)
	slices.SortFunc(all, func(a, b admission) int { return cmp.Compare(a.to, b.to) })
	first := 0
	sum := int64(0)
	for i, a := range all {
		sum += a.spans
		since := a.to - window.Length
		for all[first].to < since {
			sum -= all[first].spans
			first++
		}
		within, limit := sum, a.limit
		for _, b := range all[first : i+1] {
			if b.to > since+tolerance {
				break
			}
			if b.from < since {
				within -= b.spans
			}
		}
		for j := i; j >= 0 && all[j].to >= a.from; j-- {
			limit = max(limit, all[j].limit)
		}
		visit(a.to, within, limit)
	}
}

// tolerance is longer than any decision takes.
const tolerance = 1100 * time.Millisecond

// violations returns the admissions that were certainly over the limit of their time.
func (g *ledger) violations() []admission {
	all := slices.Clone(g.all)
	slices.SortFunc(all, func(a, b admission) int { return cmp.Compare(a.to, b.to) })
	var bad []admission
	for i, a := range all {
		sum := a.spans
		for j := i - 1; j >= 0 && all[j].to >= a.to-window.Length; j-- {
			if all[j].to <= a.from && all[j].from >= a.to-window.Length {
				sum += all[j].spans
			}
		}
		if sum > int64(a.limit) {
			bad = append(bad, a)
		}
	}
	return bad
}
