// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"math/bits"
	"time"
)

// histogram counts durations in buckets that are at most 1/16 of their value wide, so percentiles are within about 3 %.
// It allocates nothing, since allocations are measured, too.
type histogram struct {
	counts [(64 - 4) * 16]int64
	total  int64
}

func (h *histogram) add(d time.Duration) {
	h.counts[bucketOf(d)]++
	h.total++
}

func (h *histogram) merge(other *histogram) {
	for i, count := range other.counts {
		h.counts[i] += count
	}
	h.total += other.total
}

// percentile returns the middle of the bucket that the given share of all durations reaches; 0 if there are none.
func (h *histogram) percentile(share float64) time.Duration {
	rank := int64(share * float64(h.total))
	for i, count := range h.counts {
		if rank < count {
			return (startOf(i) + startOf(i+1)) / 2
		}
		rank -= count
	}
	return 0
}

// bucketOf goes by the four bits that follow the highest one, which also tells the octave. Below 16 ns each has its own.
func bucketOf(d time.Duration) int {
	value := uint64(max(d, 0))
	octave := max(bits.Len64(value)-5, 0)
	return octave*16 + int(value>>octave)
}

func startOf(bucket int) time.Duration {
	if bucket < 32 {
		return time.Duration(bucket)
	}
	octave := bucket/16 - 1
	return time.Duration(bucket%16+16) << octave
}
