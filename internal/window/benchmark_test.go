// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package window

import (
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"
	"time"
)

// tick is the time between two decisions of a benchmark: a million a second, so that windows fill and expire.
const tick = time.Microsecond

// crowd returns batches of 10,000 tokens in 100 organizations.
func crowd(limit Limit) []Batch {
	batches := make([]Batch, 10_000)
	for i := range batches {
		batches[i] = Batch{
			Organization: fmt.Sprintf("org-%028d", i%100), OrganizationLimit: limit,
			Token: fmt.Sprintf("tok-%028d", i), TokenLimit: limit,
			Spans: 50,
		}
	}
	return batches
}

func BenchmarkDecide(b *testing.B) {
	for _, bench := range []struct {
		name    string
		batches []Batch
	}{
		{"hot", crowd(1 << 60)[:1]},
		{"uniform", crowd(1 << 60)},
		{"refused", crowd(1_000)[:1]},
		{"refused uniform", crowd(1_000)},
	} {
		b.Run(bench.name, func(b *testing.B) { decideAll(b, bench.batches) })
		b.Run(bench.name+"/parallel", func(b *testing.B) { decideAllParallel(b, bench.batches) })
	}
}

func decideAll(b *testing.B, batches []Batch) {
	b.Helper()
	b.ReportAllocs()
	m := NewMemory(time.Second)
	now, i := time.Duration(0), 0
	for b.Loop() {
		now += tick
		i++
		m.Decide(now, batches[i%len(batches)])
	}
}

func decideAllParallel(b *testing.B, batches []Batch) {
	b.Helper()
	b.ReportAllocs()
	m := NewMemory(time.Second)
	var clock atomic.Int64
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			now := clock.Add(int64(tick))
			m.Decide(time.Duration(now), batches[int(now/int64(tick))%len(batches)])
		}
	})
}

// BenchmarkDecideLongestWait refuses what would fit only after the last of the most entries a log has.
func BenchmarkDecideLongestWait(b *testing.B) {
	for _, resolution := range []time.Duration{100 * time.Millisecond, time.Second} {
		b.Run(resolution.String(), func(b *testing.B) {
			m := NewMemory(resolution)
			batch := crowd(1 << 60)[0]
			now := time.Duration(0)
			for ; now < Hold-resolution; now += resolution {
				m.Decide(now, batch)
			}
			batch.Spans = int64(batch.TokenLimit)
			b.ReportAllocs()
			for b.Loop() {
				m.Decide(now, batch)
			}
		})
	}
}

// BenchmarkSweep walks windows that stay: the usual case, and the one that holds the locks longest.
func BenchmarkSweep(b *testing.B) {
	for _, organizations := range []int{1, 100} {
		b.Run("organizations="+strconv.Itoa(organizations), func(b *testing.B) {
			m := NewMemory(time.Second)
			for i, batch := range crowd(1 << 60) {
				batch.Organization = strconv.Itoa(i % organizations)
				m.Decide(0, batch)
			}
			b.ReportAllocs()
			for b.Loop() {
				m.Sweep(time.Second)
			}
		})
	}
}
