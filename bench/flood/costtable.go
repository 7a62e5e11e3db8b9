// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/browser"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/measure"
)

// printPrices compares the first way with each other one. Ratios are taken round by round, and only then summed up.
func printPrices(w io.Writer, s settings, g goal, p browser.Post, prices [][]price) error {
	var text strings.Builder
	fmt.Fprintf(&text, "\n%s; %d connections, %d rounds of %s; median (min–max)\n",
		p.Describe(), s.load.Connections, s.rounds, s.load.Duration)
	fmt.Fprintf(&text, "\trequests/s\tCPU µs/request\taccepting ÷ this%s\n", g.wanted())
	for i, w := range ways {
		text.WriteString(priceRow(w, prices[i], prices[0]))
	}
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	if _, err := io.WriteString(table, text.String()); err != nil {
		return err
	}
	return table.Flush()
}

func (g goal) wanted() string {
	if g.times == 0 {
		return ""
	}
	return fmt.Sprintf(" (wanted where shed: ≥ %.0f)", g.times)
}

func priceRow(w way, own, accepting []price) string {
	cpu := measure.Each(own, price.cpu)
	ratio := ""
	if w.refused() {
		ratio = measure.Summarize(measure.Ratios(measure.Each(accepting, price.cpu), cpu)).Show(1)
	}
	rate := measure.Summarize(measure.Each(own, price.rate))
	return fmt.Sprintf("%s\t%s\t%s\t%s\n", w.name, rate.Show(0), measure.Summarize(cpu).Show(0), ratio)
}

func (p price) rate() float64 { return p.requestsPerSecond }
func (p price) cpu() float64  { return p.cpuMicros }
