// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redisconn"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// BenchmarkStart is how long a collector takes to know all tokens; B/token is what stays in memory.
func BenchmarkStart(b *testing.B) {
	for _, tokens := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint(tokens), func(b *testing.B) {
			config := configOf(redistest.Start(b).Addr())
			require.NoError(b, open(b, config).Replace(b.Context(), audit.Act{}, world(tokens)))
			for b.Loop() {
				start(b, config).Close()
			}
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms")
			before := heap()
			r := start(b, config)
			b.ReportMetric(float64(heap()-before)/float64(tokens), "B/token")
			require.Equal(b, tokens, r.Len())
			r.Close()
		})
	}
}

// BenchmarkChange is from the beginning of a write until a collector of 100,000 tokens has the change.
func BenchmarkChange(b *testing.B) {
	config := configOf(redistest.Start(b).Addr())
	s := open(b, config)
	require.NoError(b, s.Replace(b.Context(), audit.Act{}, world(100_000)))
	r := start(b, config)
	defer r.Close()
	id, digest := "shop-7", token.DigestOf("secret 7")
	stored, err := s.Token(b.Context(), id)
	require.NoError(b, err)
	for i := 0; b.Loop(); i++ {
		next := *stored.Token
		next.Disabled = i%2 == 0
		require.NoError(b, s.Write(b.Context(), audit.Act{}, registry.Change{Token: &next, Revision: stored.Revision}))
		for known, _ := r.Lookup(digest); known.Token.Disabled != next.Disabled; known, _ = r.Lookup(digest) {
			runtime.Gosched()
		}
		stored.Revision = registry.Revision(i + 2)
	}
}

func start(b *testing.B, config *redisconn.Config) *registry.Registry {
	b.Helper()
	r := registry.New(Follow(config))
	require.NoError(b, r.Start(b.Context(), nil))
	return r
}

// world are tokens as somebody with much to say would write them.
func world(n int) *registry.Contents {
	c := &registry.Contents{}
	limit, client, all := int64(6000), int64(600), int64(60_000)
	c.Organizations = append(c.Organizations, registry.Organization{
		Organization: &token.Organization{ID: "acme", SpansPerMinute: &all},
	})
	at := time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)
	for i := range n {
		c.Tokens = append(c.Tokens, registry.Token{Token: &token.Token{
			ID: fmt.Sprintf("shop-%d", i), Organization: "acme", Name: fmt.Sprintf("Production shop %d", i),
			Kind: token.KindWeb, Environment: "production",
			AllowedOrigins: []string{
				fmt.Sprintf("https://shop-%d.example.com", i), fmt.Sprintf("https://*.shop-%d.example.com", i),
			},
			SpansPerMinute: &limit, ClientSpansPerMinute: &client, CreatedAt: at, CreatedBy: "cli:jo",
			Secrets: []token.Secret{{SHA256: token.DigestOf(fmt.Sprintf("secret %d", i)), Hint: "a1B2", CreatedAt: at}},
		}})
	}
	return c
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
