// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package chart

import (
	"math"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// The size of a chart is in percent, so that it takes the room that there is and its texts don't shrink with it.
const (
	Width  = 100.0
	Height = 100.0
)

// Bars is a chart of admitted and refused spans over time, against a limit. All of it is in spans a minute, whatever the
// step: so the limit is a straight line.
type Bars struct {
	Bars  []Bar
	Lines []Mark  // of the scale, from 0 up
	Times []Mark  // of the time axis
	Limit *Mark   // nil: there is none, or it is far above everything drawn
	Top   float64 // what the upper edge stands for
}

// Bar is one step. Its parts stand on each other: admitted below, refused on it, then what was probably shed.
type Bar struct {
	Start                   time.Time
	X, Width                float64
	Admitted, Refused, Shed Part
}

// Part is a part of a bar, empty if its height is 0.
type Part struct {
	Y, Height float64
	Spans     int64 // in the step
}

// Mark is a place on an axis.
type Mark struct {
	At    float64
	Value float64   // of the scale
	Time  time.Time // of the time axis
}

const (
	gap      = 0.2 // of a step is left free between bars
	quarters = 4
	// farAbove is how many times the highest bar a limit may be and still be drawn. Else there would be but a line, which
	// is all there is to see without bars.
	farAbove = 5
)

// NewBars returns the chart of a series with a step. The limit is in spans a minute, nil if there is none.
func NewBars(s usage.Series, step time.Duration, limit *int64) Bars {
	minutes := step.Minutes()
	highest := 0.0
	for i := range s.Buckets {
		highest = max(highest, float64(s.Buckets[i].Offered())/minutes)
	}
	c := Bars{Top: ceiling(highest)}
	if limit != nil && (highest == 0 || float64(*limit) <= farAbove*highest) {
		c.Top = ceiling(max(highest, float64(*limit)))
		c.Limit = &Mark{At: c.y(float64(*limit)), Value: float64(*limit)}
	}
	c.addBars(s.Buckets, minutes)
	for i := range quarters + 1 {
		value := c.Top * float64(i) / quarters
		c.Lines = append(c.Lines, Mark{At: c.y(value), Value: value})
	}
	c.addTimes(s.Buckets, step)
	return c
}

// y returns the height of a number of spans a minute, from the upper edge down.
func (c *Bars) y(perMinute float64) float64 {
	return round(Height * (1 - perMinute/c.Top))
}

func (c *Bars) addBars(buckets []usage.Bucket, minutes float64) {
	width := Width / float64(max(1, len(buckets)))
	for i := range buckets {
		b := &buckets[i]
		bar := Bar{Start: b.Start, X: round((float64(i) + gap/2) * width), Width: round((1 - gap) * width)}
		below := int64(0)
		for _, part := range [...]struct {
			of    *Part
			spans int64
		}{{&bar.Admitted, b.Admitted}, {&bar.Refused, b.Refused.Total()}, {&bar.Shed, b.ShedEstimated}} {
			bottom, top := c.y(float64(below)/minutes), c.y(float64(below+part.spans)/minutes)
			*part.of = Part{Y: top, Height: round(bottom - top), Spans: part.spans}
			below += part.spans
		}
		c.Bars = append(c.Bars, bar)
	}
}

// addTimes marks up to seven moments that are whole hours or the like, each where a step begins.
func (c *Bars) addTimes(buckets []usage.Bucket, step time.Duration) {
	const marks = 7
	every := wholeTime(step * time.Duration((len(buckets)+marks-1)/marks))
	for i := range buckets {
		if start := buckets[i].Start; start.Unix()%int64(every/time.Second) == 0 {
			c.Times = append(c.Times, Mark{At: round(float64(i) * Width / float64(len(buckets))), Time: start})
		}
	}
}

// round keeps pages small: a hundredth of a percent can't be seen.
func round(v float64) float64 {
	return math.Round(v*100) / 100
}
