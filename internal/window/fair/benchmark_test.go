// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fair

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

func BenchmarkCharge(b *testing.B) {
	clients := make([]window.Share, 100_000)
	for i := range clients {
		clients[i] = *share(i, 600)
	}
	for name, n := range map[string]int{"one": 1, "100,000": len(clients)} {
		b.Run(name, func(b *testing.B) {
			table := NewTable()
			now, i := time.Duration(0), 0
			b.ReportAllocs()
			for b.Loop() {
				now += time.Microsecond
				i++
				table.Charge(now, &clients[i%n], 1)
			}
		})
	}
	b.Run("parallel", func(b *testing.B) {
		table := NewTable()
		var clock atomic.Int64
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				now := clock.Add(1000)
				table.Charge(time.Duration(now), &clients[int(now/1000)%len(clients)], 1)
			}
		})
	})
}
