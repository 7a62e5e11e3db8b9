// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package usage

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// A page says the same as a map from slots to counts, in whatever order something is added.
func TestPage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var page Page
		want := map[int]Counts{}
		for range rapid.IntRange(0, 40).Draw(t, "additions") {
			slot, c := rapid.IntRange(0, 59).Draw(t, "slot"), drawCounts(t)
			page = page.Add(slot, &c)
			if there := want[slot]; !c.IsZero() {
				there.Add(&c)
				want[slot] = there
			}
		}
		got, last := map[int]Counts{}, 60
		page.Each(func(slot int, c *Counts) {
			assert.Less(t, slot, last, "newest first, each once")
			got[slot], last = *c, slot
		})
		assert.Equal(t, want, got)
	})
}

func drawCounts(t *rapid.T) Counts {
	var c Counts
	for range rapid.IntRange(0, 3).Draw(t, "counters") {
		k := Counter(rapid.IntRange(0, int(numCounters)-1).Draw(t, "counter"))
		*c.counter(k) = rapid.Int64Range(0, 1<<40).Draw(t, "n")
	}
	return c
}

// Whatever is in a store, it is read without a fault, and what is added to it is there.
func TestPageReadsAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		page := Page(rapid.SliceOf(rapid.Byte()).Draw(t, "page"))
		slot, c := rapid.IntRange(0, 59).Draw(t, "slot"), drawCounts(t)
		page.Each(func(int, *Counts) {})
		page.Add(slot, &c).Each(func(int, *Counts) {})
	})
}

func TestPageIsSmall(t *testing.T) {
	var minutes Page
	for slot := range 60 {
		minutes = minutes.Add(slot, &Counts{Admitted: 6000, Refused: Refused{Token: 300}})
	}
	assert.Len(t, minutes, 60*6)
}
