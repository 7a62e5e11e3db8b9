// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/browser"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/measure"
)

// printTable compares each variant with the first one. Ratios are taken round by round, and only then summed up:
// what disturbs the machine for longer than a round disturbs both sides.
func printTable(w io.Writer, s settings, p browser.Post, samples [][]sample) error {
	var text strings.Builder
	fmt.Fprintf(&text, "\n%s; %d connections, %d rounds of %s; median (min–max)\n",
		p.Describe(), s.load.Connections, s.rounds, s.load.Duration)
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

func row(v variant, p browser.Post, own, other []sample) string {
	requests, cpu := rates(own), cpuTimes(own)
	return fmt.Sprintf("%s\t%s\t%s\t%.0f\t%s\t%s\n", v.name,
		measure.Summarize(requests).Show(0), compare(requests, rates(other)),
		measure.Summarize(requests).Median*float64(p.Spans),
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
	return measure.Each(samples, func(s sample) float64 { return s.requestsPerSecond })
}

// cpuTimes are in milliseconds for 1000 requests.
func cpuTimes(samples []sample) []float64 {
	return measure.Each(samples, func(s sample) float64 { return float64(s.cpuPerThousand) / float64(time.Millisecond) })
}
