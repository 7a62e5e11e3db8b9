// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

const many = 10_000 // tokens of an organization

// organization returns a store in which each token was used in each hour of the last day, and a batch with all of them.
func organization(b *testing.B) (*Store, *usage.Batch) {
	b.Helper()
	config := configOf(redistest.Start(b).Addr())
	store, err := Open(b.Context(), &config)
	require.NoError(b, err)
	b.Cleanup(func() { _ = store.client.Close() })
	batch := &usage.Batch{Deltas: []usage.Delta{{Subject: acme, Counts: usage.Counts{Admitted: 6000 * many}}}}
	for i := range many {
		batch.Deltas = append(batch.Deltas, usage.Delta{
			Subject: usage.Subject{Organization: "acme", Token: fmt.Sprintf("t-%010d", i)},
			Counts:  usage.Counts{Admitted: 6000, Refused: usage.Refused{Token: 300}},
			Used:    true, Secrets: []usage.SecretKey{"0123456789abcdef"},
			Origins: []usage.Origin{{Origin: "https://shop.example.com", Allowed: 200}},
		})
	}
	now := time.Now()
	for hour := range 24 {
		batch.Time = now.Add(time.Duration(hour-23) * time.Hour)
		require.NoError(b, store.Add(b.Context(), batch))
	}
	return store, batch
}

func BenchmarkAdd(b *testing.B) {
	store, batch := organization(b)
	for b.Loop() {
		require.NoError(b, store.Add(b.Context(), batch))
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/many, "µs/token")
}

func BenchmarkRead(b *testing.B) {
	store, batch := organization(b)
	tokens := make([]usage.Subject, many)
	for i := range tokens {
		tokens[i] = batch.Deltas[i+1].Subject
	}
	day := usage.LastDay(time.Now())
	b.Run("totals of 10,000 tokens", func(b *testing.B) {
		for b.Loop() {
			_, err := store.Totals(b.Context(), day, tokens...)
			require.NoError(b, err)
		}
	})
	b.Run("last use of 10,000 tokens", func(b *testing.B) {
		for b.Loop() {
			_, err := store.LastUse(b.Context(), tokens...)
			require.NoError(b, err)
		}
	})
	b.Run("series of a page of 100", func(b *testing.B) {
		for b.Loop() {
			_, err := store.Series(b.Context(), day, tokens[:100]...)
			require.NoError(b, err)
		}
	})
}
