// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package usage

import (
	"errors"
	"fmt"
	"time"
)

const (
	day = 24 * time.Hour

	// MinutesKept and HoursKept are how long what was counted is known by the minute, and by the hour.
	MinutesKept = day
	HoursKept   = 30 * day

	// MaxBuckets is how many a series may have: a day by the minute fits.
	MaxBuckets = 1500
)

// Period is a stretch of time in steps, which begin at multiples of the step since 1970 (UTC). The zero value is empty.
type Period struct {
	from, to time.Time
	step     time.Duration
}

// LastDay is the last 24 hours, by the hour: the present one and the 24 before it, so that none is missing a part.
func LastDay(now time.Time) Period {
	p, _ := NewPeriod(now.Add(-day), now, time.Hour, now)
	return p
}

// NewPeriod returns the steps that a stretch of time touches. Zero values are defaults: to is now, from is a day before
// to, and the step is a minute for up to two hours, else an hour. The error, for whoever asked, lists what is wrong with
// it, and what to do.
func NewPeriod(from, to time.Time, step time.Duration, now time.Time) (Period, error) {
	if to.IsZero() {
		to = now
	}
	if from.IsZero() {
		from = to.Add(-day)
	}
	if step == 0 {
		step = usualStep(to.Sub(from))
	}
	if err := checkStep(step); err != nil {
		return Period{}, err
	}
	if !from.Before(to) {
		return Period{}, errors.New("from is not before to: exchange them")
	}
	p := Period{from: floor(from, step), to: floor(to.Add(step-1), step), step: step}
	return p, p.check(now)
}

func usualStep(d time.Duration) time.Duration {
	if d <= 2*time.Hour {
		return time.Minute
	}
	return time.Hour
}

func checkStep(step time.Duration) error {
	if step < time.Minute || step > HoursKept || step%time.Minute != 0 {
		return fmt.Errorf("step is %s: use whole minutes, such as 1m, 5m, 1h or 24h, up to 720h", step)
	}
	return nil
}

// check looks at what was asked for as a whole.
func (p Period) check(now time.Time) error {
	switch {
	case p.Len() > MaxBuckets:
		return fmt.Errorf("%d steps of %s are more than %d: choose a longer step, or a shorter time", p.Len(), p.step, MaxBuckets)
	case p.to.After(now.Add(p.step + day)):
		return errors.New("to is in the future: use the present, or leave it out")
	case p.from.Before(floor(now.Add(-HoursKept), p.step)):
		return errors.New("from is too long ago: hours are kept for 30 days")
	case !p.hourly() && p.from.Before(floor(now.Add(-MinutesKept), p.step)):
		return errors.New("from is too long ago for this step: minutes are kept for 24 hours. Use a step of whole hours, such as 1h")
	default:
		return nil
	}
}

// floor is for steps that are no divisors of a day, too.
func floor(t time.Time, step time.Duration) time.Time {
	unix, seconds := t.Unix(), int64(step/time.Second)
	return time.Unix(unix-unix%seconds, 0).UTC()
}

// From and To are the edges, and Step is how long a bucket lasts.
func (p Period) From() time.Time { return p.from }

// To is where the last bucket ends.
func (p Period) To() time.Time { return p.to }

// Step is how long a bucket lasts.
func (p Period) Step() time.Duration { return p.step }

// Len returns how many buckets the period has.
func (p Period) Len() int {
	if p.step == 0 {
		return 0
	}
	return int(p.to.Sub(p.from) / p.step)
}

// hourly tells whether hours are fine enough.
func (p Period) hourly() bool {
	return p.step%time.Hour == 0
}
