// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package chart

import (
	"strconv"
	"strings"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// The size of a spark line in its own units.
const (
	SparkWidth  = 96.0
	SparkHeight = 24.0
)

// Spark returns the path of a line through what was admitted in each step, and the one of what was refused, shed ones
// included; empty where nothing was. Both have the scale of the higher one.
func Spark(buckets []usage.Bucket) (admitted, refused string) {
	highest := int64(0)
	for i := range buckets {
		highest = max(highest, buckets[i].Admitted, buckets[i].Lost())
	}
	return line(buckets, highest, func(b *usage.Bucket) int64 { return b.Admitted }), line(buckets, highest, lost)
}

func lost(b *usage.Bucket) int64 { return b.Lost() }

func line(buckets []usage.Bucket, highest int64, value func(*usage.Bucket) int64) string {
	const margin = 1.5 // so that the line is not cut at the edges
	var path strings.Builder
	some := false
	for i := range buckets {
		v := value(&buckets[i])
		some = some || v > 0
		command := "L"
		if i == 0 {
			command = "M"
		}
		x := round(float64(i) * SparkWidth / float64(max(1, len(buckets)-1)))
		y := round(SparkHeight - margin - (SparkHeight-2*margin)*float64(v)/float64(max(1, highest)))
		path.WriteString(command + number(x) + " " + number(y))
	}
	if !some {
		return ""
	}
	return path.String()
}

func number(v float64) string {
	return strconv.FormatFloat(v, 'f', -1, 64)
}
