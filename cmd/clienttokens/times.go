// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"time"
)

const day = 24 * time.Hour

// dateOf is the short form, for tables.
func dateOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02")
}

// momentOf is exact to the minute, for what has to be done by then.
func momentOf(t time.Time) string {
	return t.UTC().Format("2006-01-02 15:04 UTC")
}

// distance says how far a moment is away.
func distance(from, to time.Time) string {
	switch d := to.Sub(from); {
	case d > 0:
		return "in " + span(d)
	case d > -time.Minute:
		return "just now"
	default:
		return span(-d) + " ago"
	}
}

func span(d time.Duration) string {
	n, unit := rounded(d)
	return count(n, unit)
}

// brief is a span for narrow columns.
func brief(d time.Duration) string {
	n, unit := rounded(d)
	return fmt.Sprintf("%d%c", n, unit[0])
}

// rounded leaves at least two digits, as a rule.
func rounded(d time.Duration) (int, string) {
	switch {
	case d < time.Minute:
		return int(d.Round(time.Second) / time.Second), "second"
	case d < 2*time.Hour:
		return int(d.Round(time.Minute) / time.Minute), "minute"
	case d < 2*day:
		return int(d.Round(time.Hour) / time.Hour), "hour"
	default:
		return int(d.Round(day) / day), "day"
	}
}
