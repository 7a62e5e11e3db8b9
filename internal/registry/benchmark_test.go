// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// BenchmarkBuild is a reload: it must stay well below a second for 10,000 tokens. B/token is what stays in memory.
func BenchmarkBuild(b *testing.B) {
	for _, tokens := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint(tokens), func(b *testing.B) {
			content := world(tokens)
			b.SetBytes(int64(len(content)))
			for b.Loop() {
				mustBuild(b, content)
			}
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms")
			b.ReportMetric(memoryOf(func() any { return mustBuild(b, content) })/float64(tokens), "B/token")
		})
	}
}

// BenchmarkLookup takes secrets in turn, so that the processor's caches don't hold the one it looks for.
func BenchmarkLookup(b *testing.B) {
	for _, tokens := range []int{10_000, 100_000} {
		file := serving(b, world(tokens))
		digests := make([]token.Digest, tokens)
		for i := range digests {
			digests[i] = digestOf(i * 7919 % tokens)
		}
		strangers := make([]token.Digest, tokens)
		for i := range strangers {
			strangers[i] = digestOf(tokens + i)
		}
		b.Run(fmt.Sprintf("known/%d", tokens), func(b *testing.B) { lookUp(b, file, digests, true) })
		b.Run(fmt.Sprintf("unknown/%d", tokens), func(b *testing.B) { lookUp(b, file, strangers, false) })
	}
}

func lookUp(b *testing.B, file *File, digests []token.Digest, want bool) {
	b.Helper()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, ok := file.Lookup(digests[i%len(digests)]); ok != want {
			b.Fatal(i)
		}
	}
}

func mustBuild(tb testing.TB, content []byte) *snapshot {
	tb.Helper()
	s, faults := build(content)
	require.Empty(tb, faults)
	return s
}

// memoryOf returns how many bytes a value keeps.
func memoryOf(build func() any) float64 {
	before := heap()
	value := build()
	after := heap()
	runtime.KeepAlive(value)
	return float64(after) - float64(before)
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
