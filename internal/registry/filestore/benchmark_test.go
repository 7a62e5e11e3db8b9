// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
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

// BenchmarkWrite is one limit changed among many tokens, the disk included.
func BenchmarkWrite(b *testing.B) {
	for _, tokens := range []int{100, 1_000, 10_000} {
		b.Run(fmt.Sprint(tokens), func(b *testing.B) {
			store := Open(filepath.Join(b.TempDir(), "tokens.yaml"), Options{})
			require.NoError(b, os.WriteFile(store.path, world(tokens), 0o600))
			for i := 0; b.Loop(); i++ {
				b.StopTimer()
				stored, err := store.Token(b.Context(), "shop-7")
				require.NoError(b, err)
				changed := *stored.Token
				changed.SpansPerMinute = new(int64(i))
				b.StartTimer()
				require.NoError(b, store.Write(b.Context(), audit.Act{}, registry.Change{Token: &changed, Revision: stored.Revision}))
			}
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
