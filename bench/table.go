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

// printTable compares each variant with the first one. Ratios are taken round by round, and only then summed up:
// what disturbs the machine for longer than a round disturbs both sides.
func printTable(w io.Writer, s settings, p post, samples [][]sample) error {
	var text strings.Builder
	fmt.Fprintf(&text, "\n%s: %.1f kB a post, %.2f kB of JSON a span; %d connections, %d rounds of %s; median (min–max)\n",
		p, kilo(p.size), kilo(p.bytesOfSpan), s.connections, s.rounds, s.duration)
	text.WriteString("\trequests/s\t÷ without\tspans/s\tCPU ms/1000 requests\t÷ without\n")
	text.WriteString(row(s.variants[0], p, samples[0], nil))
	for i, v := range s.variants[1:] {
		text.WriteString(row(v, p, samples[i+1], samples[0]))
	}
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	if _, err := io.WriteString(table, text.String()); err != nil {
		return err
	}
	return table.Flush()
}

func row(v variant, p post, own, other []sample) string {
	requests, cpu := rates(own), cpuTimes(own)
	return fmt.Sprintf("%s\t%s\t%s\t%.0f\t%s\t%s\n", v.name,
		measure.Summarize(requests).Show(0), compare(requests, rates(other)),
		measure.Summarize(requests).Median*float64(p.spans),
		measure.Summarize(cpu).Show(1), compare(cpu, cpuTimes(other)))
}

// compare is empty where there is nothing to compare with.
func compare(values, by []float64) string {
	if len(by) == 0 {
		return ""
	}
	return measure.Summarize(measure.Ratios(values, by)).Show(3)
}

func rates(samples []sample) []float64 {
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = s.requestsPerSecond
	}
	return values
}

// cpuTimes are in milliseconds for 1000 requests.
func cpuTimes(samples []sample) []float64 {
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = float64(s.cpuPerThousand) / float64(time.Millisecond)
	}
	return values
}

func kilo(n int) float64 {
	return float64(n) / 1000
}
