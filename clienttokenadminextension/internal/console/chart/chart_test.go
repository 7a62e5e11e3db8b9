// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package chart

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

var noon = time.Date(2029, 6, 1, 12, 0, 0, 0, time.UTC)

func series(step time.Duration, counts ...usage.Counts) usage.Series {
	var s usage.Series
	for i, c := range counts {
		s.Buckets = append(s.Buckets, usage.Bucket{Start: noon.Add(time.Duration(i) * step), Counts: c})
	}
	return s
}

func TestCeiling(t *testing.T) {
	for value, expected := range map[float64]float64{
		0: 4, 3.5: 4, 4.1: 5, 5: 5, 6: 6, 6.1: 8, 9: 10, 11: 12, 21: 24, 26: 30, 100: 100, 101: 120, 999_999_999: 1e9,
	} {
		assert.InDelta(t, expected, ceiling(value), 1e-6, value)
	}
}

func TestBarsStandOnEachOther(t *testing.T) {
	limit := int64(100)
	c := NewBars(series(time.Minute,
		usage.Counts{Admitted: 50, Refused: usage.Refused{Token: 25}, ShedEstimated: 25}, usage.Counts{},
	), time.Minute, &limit)
	assert.InDelta(t, 100, c.Top, 0)
	assert.Equal(t, Bar{
		Start: noon, X: 5, Width: 40,
		Admitted: Part{Y: 50, Height: 50, Spans: 50},
		Refused:  Part{Y: 25, Height: 25, Spans: 25},
		Shed:     Part{Y: 0, Height: 25, Spans: 25},
	}, c.Bars[0])
	assert.Zero(t, c.Bars[1].Admitted.Height)
	assert.Equal(t, &Mark{At: 0, Value: 100}, c.Limit)
	assert.Equal(t, []Mark{
		{At: 100}, {At: 75, Value: 25}, {At: 50, Value: 50}, {At: 25, Value: 75}, {At: 0, Value: 100},
	}, c.Lines)
}

// A bar of an hour is as high as its mean minute, so that the limit means the same in every chart.
func TestBarsAreOfAMinute(t *testing.T) {
	limit := int64(10)
	c := NewBars(series(time.Hour, usage.Counts{Admitted: 600}), time.Hour, &limit)
	assert.InDelta(t, c.Limit.At, c.Bars[0].Admitted.Y, 0)
	assert.EqualValues(t, 600, c.Bars[0].Admitted.Spans)
}

func TestLimitFarAboveIsNotDrawn(t *testing.T) {
	limit := int64(1_000_000)
	c := NewBars(series(time.Minute, usage.Counts{Admitted: 50}), time.Minute, &limit)
	assert.Nil(t, c.Limit)
	assert.InDelta(t, 50, c.Top, 0)
	assert.NotNil(t, NewBars(series(time.Minute, usage.Counts{}), time.Minute, &limit).Limit, "there is nothing else")
}

// The hours of an axis are whole, whenever one looks.
func TestTimes(t *testing.T) {
	for name, tt := range map[string]struct {
		step  time.Duration
		n     int
		first time.Time
		every time.Duration
		marks int
	}{
		"no time":                    {time.Minute, 0, time.Time{}, 0, 0},
		"an hour":                    {time.Minute, 60, noon, 10 * time.Minute, 6},
		"a bit more, in whole marks": {time.Minute, 70, noon, 10 * time.Minute, 7},
		"a day":                      {15 * time.Minute, 95, noon, 4 * time.Hour, 6},
		"a month":                    {12 * time.Hour, 60, noon.Add(84 * time.Hour), 5 * 24 * time.Hour, 6},
	} {
		c := NewBars(series(tt.step, make([]usage.Counts, tt.n)...), tt.step, nil)
		assert.Len(t, c.Bars, tt.n)
		assert.Len(t, c.Times, tt.marks, name)
		for i, mark := range c.Times {
			assert.Equal(t, tt.first.Add(time.Duration(i)*tt.every), mark.Time, name)
			assert.InDelta(t, mark.Time.Sub(noon).Seconds()/tt.step.Seconds()*100/float64(tt.n), mark.At, 0.01, name)
		}
	}
}

func TestSpark(t *testing.T) {
	admitted, refused := Spark(series(time.Hour, usage.Counts{Admitted: 10}, usage.Counts{}, usage.Counts{Admitted: 5}).Buckets)
	assert.Equal(t, "M0 1.5L48 22.5L96 12", admitted)
	assert.Empty(t, refused)
	admitted, refused = Spark(nil)
	assert.Empty(t, admitted+refused)
}
