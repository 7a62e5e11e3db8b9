// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"fmt"
	"testing"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// BenchmarkLookup takes secrets in turn, so that the processor's caches don't hold the one it looks for.
func BenchmarkLookup(b *testing.B) {
	for _, tokens := range []int{10_000, 100_000} {
		r := serving(b, world(tokens)...)
		digests := make([]token.Digest, tokens)
		for i := range digests {
			digests[i] = digestOf(i * 7919 % tokens)
		}
		strangers := make([]token.Digest, tokens)
		for i := range strangers {
			strangers[i] = digestOf(tokens + i)
		}
		b.Run(fmt.Sprintf("known/%d", tokens), func(b *testing.B) { lookUp(b, r, digests, true) })
		b.Run(fmt.Sprintf("unknown/%d", tokens), func(b *testing.B) { lookUp(b, r, strangers, false) })
	}
}

func lookUp(b *testing.B, r *Registry, digests []token.Digest, want bool) {
	b.Helper()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, ok := r.Lookup(digests[i%len(digests)]); ok != want {
			b.Fatal(i)
		}
	}
}

// BenchmarkChange is one token changed among many: it must not cost what they do.
func BenchmarkChange(b *testing.B) {
	for _, tokens := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint(tokens), func(b *testing.B) {
			r := serving(b, world(tokens)...)
			versions := [2]token.Token{webToken("shop-7", 7), webToken("shop-7", 7, tokens)}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				r.Changed([]Change{{Token: &versions[i%2], Revision: 1}})
			}
		})
	}
}
