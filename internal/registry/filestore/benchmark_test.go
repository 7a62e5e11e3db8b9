// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"fmt"
	"runtime"
	"testing"
)

// BenchmarkBuild is a reload: it must stay well below a second for 10,000 tokens. B/token is what stays in memory.
func BenchmarkBuild(b *testing.B) {
	for _, tokens := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint(tokens), func(b *testing.B) {
			content := world(tokens)
			b.SetBytes(int64(len(content)))
			for b.Loop() {
				serving(mustParse(b, content))
			}
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms")
			b.ReportMetric(memoryOf(func() any { return serving(mustParse(b, content)) })/float64(tokens), "B/token")
		})
	}
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
