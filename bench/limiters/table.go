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

// header: all but the rates is for one decision. "ns" is 1 / rate, whatever the number of goroutines; "commands" are those
// that the client sent, "server µs" what they took to run, "server CPU µs" with reading and replying; "CPU µs" is what
// this process took, with the proxy if there is one. Both together are compared once more: where others are at work on
// the machine, too, that ratio is the calmer one.
const header = "\tdecisions/s\t÷ best peer\tns\tp50 µs\tp99 µs\tallocs\tcommands\tserver µs\tserver CPU µs\tCPU µs\t" +
	"all CPU ÷ best peer's\tadmitted %\t\n"

// printTable compares each contestant with the best peer. Ratios are taken round by round, and only then summed up: what
// disturbs the machine for longer than a round disturbs both sides.
func printTable(w io.Writer, s settings, l workload, samples [][]sample) error {
	best := bestPeer(s.contestants, samples)
	var text strings.Builder
	fmt.Fprintf(&text, "\n%s%s; %d rounds of %s\n", l, added(s.rtt), s.rounds, s.duration)
	text.WriteString(header)
	for i, c := range s.contestants {
		text.WriteString(row(c, samples[i], best))
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	if _, err := io.WriteString(table, text.String()); err != nil {
		return err
	}
	return table.Flush()
}

func added(rtt time.Duration) string {
	if rtt == 0 {
		return ""
	}
	return fmt.Sprintf(", %s from Redis", rtt)
}

// bestPeer returns the samples of the peer that decided most in the median; nil if no peer was asked for.
func bestPeer(contestants []contestant, samples [][]sample) []sample {
	var best []sample
	for i, c := range contestants {
		if c.peer && (best == nil || median(samples[i], rate) > median(best, rate)) {
			best = samples[i]
		}
	}
	return best
}

func row(c contestant, own, best []sample) string {
	of := func(value func(sample) float64) float64 { return median(own, value) }
	return fmt.Sprintf("%s\t%s\t%s\t%.0f\t%.1f\t%.1f\t%.2f\t%.4f\t%.2f\t%.2f\t%.2f\t%s\t%.2f\t\n", c.name,
		measure.Summarize(values(own, rate)).Show(0), compare(own, best, rate), 1e9/of(rate),
		of(func(s sample) float64 { return microseconds(s.p50) }), of(func(s sample) float64 { return microseconds(s.p99) }),
		of(func(s sample) float64 { return s.allocations }), of(func(s sample) float64 { return s.commands }),
		of(func(s sample) float64 { return s.commandsTime }), of(func(s sample) float64 { return s.redisCPU }),
		of(func(s sample) float64 { return s.cpu }), compare(own, best, allCPU),
		of(func(s sample) float64 { return 100 * s.admitted }))
}

// compare is empty where there is nothing to compare with.
func compare(own, best []sample, value func(sample) float64) string {
	if len(best) == 0 {
		return ""
	}
	return measure.Summarize(measure.Ratios(values(own, value), values(best, value))).Show(2)
}

func rate(s sample) float64 {
	return s.perSecond
}

func allCPU(s sample) float64 {
	return s.cpu + s.redisCPU
}

func median(samples []sample, value func(sample) float64) float64 {
	return measure.Summarize(values(samples, value)).Median
}

func values(samples []sample, value func(sample) float64) []float64 {
	all := make([]float64, len(samples))
	for i, s := range samples {
		all[i] = value(s)
	}
	return all
}

func microseconds(d time.Duration) float64 {
	return float64(d) / float64(time.Microsecond)
}
