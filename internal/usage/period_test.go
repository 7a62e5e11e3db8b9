// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package usage

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var noon = time.Date(2029, 6, 1, 12, 0, 30, 0, time.UTC)

// ago is a moment before noon.
func ago(d time.Duration) time.Time { return noon.Add(-d) }

func TestNewPeriod(t *testing.T) {
	none := time.Time{}
	for name, tt := range map[string]struct {
		from, to time.Time
		step     time.Duration
		want     string // first bucket, end, step
		buckets  int
	}{
		"by default":               {none, none, 0, "05-31 12:00, 06-01 13:00, 1h0m0s", 25},
		"two hours":                {ago(2 * time.Hour), none, 0, "06-01 10:00, 06-01 12:01, 1m0s", 121},
		"on the edge":              {ago(90 * time.Second), ago(30 * time.Second), 0, "06-01 11:59, 06-01 12:00, 1m0s", 1},
		"a day by the minute":      {ago(24 * time.Hour), none, time.Minute, "05-31 12:00, 06-01 12:01, 1m0s", 1441},
		"a week by the day":        {ago(7 * 24 * time.Hour), none, 24 * time.Hour, "05-25 00:00, 06-02 00:00, 24h0m0s", 8},
		"all by the hour":          {ago(30 * 24 * time.Hour), none, time.Hour, "05-02 12:00, 06-01 13:00, 1h0m0s", 721},
		"more than a day ago":      {ago(24 * time.Hour), none, 59 * time.Minute, "05-31 11:41, 06-01 12:16, 59m0s", 25},
		"a month in one":           {ago(29 * 24 * time.Hour), none, 720 * time.Hour, "04-21 00:00, 06-20 00:00, 720h0m0s", 2},
		"a step that divides none": {ago(time.Hour), none, 7 * time.Minute, "06-01 11:00, 06-01 12:03, 7m0s", 9},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := NewPeriod(tt.from, tt.to, tt.step, noon)
			require.NoError(t, err)
			const form = "01-02 15:04"
			assert.Equal(t, tt.want, p.From().Format(form)+", "+p.To().Format(form)+", "+p.Step().String())
			assert.Equal(t, tt.buckets, p.Len())
			assert.Len(t, p.NewSeries().Buckets, tt.buckets)
		})
	}
}

func TestNewPeriodFaults(t *testing.T) {
	for name, tt := range map[string]struct {
		from, to time.Time
		step     time.Duration
		want     string
	}{
		"seconds":        {ago(time.Hour), noon, 10 * time.Second, "step is 10s"},
		"not whole":      {ago(time.Hour), noon, 90 * time.Second, "step is 1m30s"},
		"negative":       {ago(time.Hour), noon, -time.Minute, "step is -1m0s"},
		"backwards":      {noon, ago(time.Hour), time.Minute, "from is not before to"},
		"too many":       {ago(24 * time.Hour), noon.Add(2 * time.Hour), time.Minute, "1561 steps of 1m0s are more than 1500"},
		"too long ago":   {ago(32 * 24 * time.Hour), noon, 24 * time.Hour, "from is too long ago: hours"},
		"long ago":       {ago(26 * time.Hour), ago(10 * time.Hour), 5 * time.Minute, "Use a step of whole hours"},
		"in the year 69": {time.Unix(-60e9, 0), noon, time.Hour, "from is too long ago: hours"},
		"months":         {ago(time.Hour), noon, 1000 * time.Hour, "up to 720h"},
		"in the future":  {ago(time.Hour), ago(-48 * time.Hour), time.Hour, "to is in the future"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := NewPeriod(tt.from, tt.to, tt.step, noon)
			assert.ErrorContains(t, err, tt.want)
		})
	}
}
