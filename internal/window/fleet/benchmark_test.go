// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"testing"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// BenchmarkDecide measures a decision, the reading of the clock included, on a real Redis: by one sender, and by 64.
// bench/limiters compares it with others.
func BenchmarkDecide(b *testing.B) {
	busy := window.Batch{Organization: "o", Token: "t", OrganizationLimit: 1e9, TokenLimit: 1e9, Spans: 1}
	flood := window.Batch{Organization: "o", Token: "t", OrganizationLimit: 1e9, TokenLimit: 1000, Spans: 50}
	for _, tt := range []struct {
		name    string
		without Means
		batch   window.Batch
	}{
		{"lease", 0, busy},
		{"refused", 0, flood},
		{"no leases", Leases, busy},
		{"no means", Leases | DenyCache | GroupCommit, busy},
	} {
		options := Options{Resolution: time.Second, Timeout: time.Second, Without: tt.without}
		b.Run(tt.name, func(b *testing.B) {
			w, clock := newReal(b, options)
			b.ReportAllocs()
			for b.Loop() {
				w.Decide(clock(), tt.batch)
			}
		})
		b.Run(tt.name+", 64 senders", func(b *testing.B) {
			w, clock := newReal(b, options)
			b.ReportAllocs()
			b.SetParallelism(32)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					w.Decide(clock(), tt.batch)
				}
			})
		})
	}
}
