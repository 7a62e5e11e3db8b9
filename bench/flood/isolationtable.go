// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/measure"
)

// print compares what is noticed of the second flood with what is noticed of the first one, round by round.
func (b *isolationBench) print(w io.Writer, noticed [][]latencies) error {
	var text strings.Builder
	fmt.Fprintf(&text, "\n%s; one sender posts %.0f a second, another %.0f: a tenth and half of what is accepted at most; "+
		"%d rounds of %s; median (min–max)\n", b.post.Describe(), b.capacity/10, b.capacity/2, b.rounds, b.attackDuration())
	text.WriteString("the other is answered\tanswers/s to the one\t÷ (wanted: ≥ 0.95)\tp50 ms\tp99 ms\t÷ (wanted: ≤ 1.2)\n")
	for i, f := range floods {
		text.WriteString(f.row(noticed[i], noticed[0], i > 0))
	}
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	if _, err := io.WriteString(table, text.String()); err != nil {
		return err
	}
	return table.Flush()
}

func (f flood) row(own, first []latencies, compare bool) string {
	throughput, p99 := measure.Each(own, latencies.throughput), measure.Each(own, latencies.p99)
	throughputs, p99s := "", ""
	if compare {
		throughputs = measure.Summarize(measure.Ratios(throughput, measure.Each(first, latencies.throughput))).Show(3)
		p99s = measure.Summarize(measure.Ratios(p99, measure.Each(first, latencies.p99))).Show(2)
	}
	return fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%s\n", f.name, measure.Summarize(throughput).Show(0), throughputs,
		measure.Summarize(measure.Each(own, latencies.p50)).Show(2), measure.Summarize(p99).Show(2), p99s)
}

func (l latencies) throughput() float64 { return l.Throughput }
func (l latencies) p50() float64        { return milliseconds(l.Latencies.P50) }
func (l latencies) p99() float64        { return milliseconds(l.Latencies.P99) }

func milliseconds(d time.Duration) float64 {
	return float64(d) / float64(time.Millisecond)
}
