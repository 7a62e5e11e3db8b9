// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenadminextension/internal/console/chart"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// span is one of the times that a chart can show.
type timespan struct {
	Name  string // in links
	Label string
	last  time.Duration
	step  time.Duration
	clock string // how moments are written on the axis
}

// timespans are all there are. Steps are such that bars can be told apart.
var timespans = []timespan{
	{"hour", "Last hour", time.Hour, time.Minute, "15:04"},
	{"day", "Last 24 hours", 24 * time.Hour, 15 * time.Minute, "15:04"},
	{"month", "Last 30 days", 30 * 24 * time.Hour, 12 * time.Hour, "2 Jan"},
}

// timespanNamed returns a timespan; a day, if there is none of the name.
func timespanNamed(name string) timespan {
	for _, s := range timespans {
		if s.Name == name {
			return s
		}
	}
	return timespans[1]
}

// period returns the time that ends now.
func (s timespan) period(now time.Time) (usage.Period, error) {
	return usage.NewPeriod(now.Add(-s.last+s.step), now, s.step, now)
}

// plot is a chart with what is written around it.
type plot struct {
	chart.Bars
	timespan

	Tabs   []tab
	Totals usage.Counts
	Limit  *int64
	Step   string
}

// tab leads to the same page with another timespan.
type tab struct {
	Label, Link string
	Current     bool
}

func (v *visit) plot(s timespan, series usage.Series, limit *int64) plot {
	p := plot{Bars: chart.NewBars(series, s.step, limit), timespan: s, Totals: series.Totals, Limit: limit, Step: span(s.step)}
	for _, other := range timespans {
		p.Tabs = append(p.Tabs, tab{other.Label, v.with("time", other.Name), other.Name == s.Name})
	}
	return p
}

// Refused returns the spans that were refused, with those that were probably shed.
func (p plot) Refused() int64 { return p.Totals.Lost() }

// Clock writes a moment as the axis does.
func (p plot) Clock(t time.Time) string {
	return t.Format(p.clock)
}

// Busy are the bars in which something was offered, for those who read rather than look.
func (p plot) Busy() []chart.Bar {
	var busy []chart.Bar
	for _, b := range p.Bars.Bars {
		if b.Admitted.Spans+b.Refused.Spans+b.Shed.Spans > 0 {
			busy = append(busy, b)
		}
	}
	return busy
}
