// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"slices"
	"time"
)

// What a registry keeps at least: so many entries of each organization, and as many of the registry, whatever is done to
// others; of an organization that is gone for so long.
const (
	KeptOfEach   = 1000
	KeptAfterEnd = 90 * 24 * time.Hour
)

// Kept returns what is to be kept of entries, which are in their order.
func Kept(entries []Entry, now time.Time) []Entry {
	var kept []Entry
	seen := map[string]int{}
	for _, e := range slices.Backward(entries) {
		of := e.Organizations()
		if e.Kind == KindRegistry {
			of = []string{""}
		}
		wanted := false
		for _, id := range of {
			if seen[id] == 0 && e.Kind == KindOrganization && e.Action == Deleted && now.Sub(e.At) > KeptAfterEnd {
				seen[id] = KeptOfEach // it has not come again
			}
			wanted = wanted || seen[id] < KeptOfEach
			seen[id]++
		}
		if wanted {
			kept = append(kept, e)
		}
	}
	slices.Reverse(kept)
	return kept
}
