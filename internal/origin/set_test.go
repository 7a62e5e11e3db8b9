// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package origin

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMatchPatternPrefersTheMostSpecific(t *testing.T) {
	set := mustSet(t, "*", "null", "https://*.example.com", "https://**.example.com", "https://*.b.example.com",
		"https://shop.example.com:*", "https://shop.example.com")
	tests := []struct{ name, origin, want string }{
		{"in full", "https://shop.example.com", "https://shop.example.com"},
		{"any port", "https://shop.example.com:8443", "https://shop.example.com:*"},
		{"one label", "https://a.example.com", "https://*.example.com"},
		{"longer literal end", "https://a.b.example.com", "https://*.b.example.com"},
		{"many labels", "https://a.c.example.com", "https://**.example.com"},
		{"null", "null", "null"},
		{"anything", "capacitor://localhost", "*"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, ok := set.MatchPattern(mustParse(t, tt.origin))
			require.True(t, ok)
			assert.Equal(t, tt.want, p.String())
		})
	}
}

func TestZeroValuesMatchNothing(t *testing.T) {
	everything := mustSet(t, "*")
	assert.False(t, everything.Match(Origin{}))
	assert.False(t, Set{}.Match(mustParse(t, "https://example.com")))
	assert.False(t, NewSet(nil).Match(mustParse(t, "null")))
	assert.False(t, NewSet([]Pattern{{}}).Match(Origin{}))
}

func TestLen(t *testing.T) {
	assert.Zero(t, Set{}.Len())
	assert.Equal(t, 2, mustSet(t, "https://example.com", "https://*.example.com").Len())
}

func TestParseAndMatchDoNotAllocate(t *testing.T) {
	set := mustSet(t, "https://shop.example.com", "https://*.example.com", "https://**.example.org", "http://[::1]:*")
	values := []string{
		"https://shop.example.com", "https://a.example.com", "https://a.b.example.org", "http://[::1]:3000",
		"https://stranger.example.net:8443", "http://127.0.0.1:3000", "null", "capacitor://localhost", "malformed",
	}
	for _, value := range values {
		t.Run(value, func(t *testing.T) {
			header := []string{value}
			allocations := testing.AllocsPerRun(100, func() {
				o, err := Parse(header)
				matched = err == nil && set.Match(o)
			})
			assert.Zero(t, allocations)
		})
	}
}

var matched bool // keeps the compiler from dropping the call

func BenchmarkMatch(b *testing.B) {
	for _, count := range []int{1, 100} {
		exact, wild := make([]string, count), make([]string, count)
		for i := range count {
			exact[i] = fmt.Sprintf("https://shop.example-%d.com", i)
			wild[i] = fmt.Sprintf("https://*.example-%d.com", i)
		}
		value := fmt.Sprintf("https://shop.example-%d.com", count-1)
		b.Run(fmt.Sprintf("exact/%d", count), func(b *testing.B) { benchmarkMatch(b, exact, value) })
		b.Run(fmt.Sprintf("wildcard/%d", count), func(b *testing.B) { benchmarkMatch(b, wild, value) })
	}
}

func benchmarkMatch(b *testing.B, entries []string, value string) {
	b.Helper()
	set, o := mustSet(b, entries...), mustParse(b, value)
	b.ReportAllocs()
	for b.Loop() {
		matched = set.Match(o)
	}
	require.True(b, matched)
}

func BenchmarkParse(b *testing.B) {
	header := []string{"https://shop.example.com:8443"}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(header); err != nil {
			b.Fatal(err)
		}
	}
}

func mustParse(tb testing.TB, value string) Origin {
	tb.Helper()
	o, err := Parse([]string{value})
	require.NoError(tb, err)
	return o
}

func mustSet(tb testing.TB, entries ...string) Set {
	tb.Helper()
	set, faults := ParseSet(entries)
	for _, f := range faults {
		require.True(tb, f.Warning, f.Problem)
	}
	return set
}
