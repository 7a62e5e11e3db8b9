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

	// MinutesKept is how long what was counted is known by the minute.
	MinutesKept = day

	// HoursKept is how long it is known by the hour.
	HoursKept = 30 * day

	// MaxBuckets is how many a series may have: a day by the minute fits.
	MaxBuckets = 1500
)

// Period is a stretch of time in steps, which begin at multiples of the step since 1970 (UTC). The zero value is empty.
type Period struct {
	from, to time.Time
	step     time.Duration
	known    time.Time // since when everything is: the first step may begin before that
}

// LastDay is the last 24 hours, by the hour: the present one and the 24 before it, so that none is missing a part.
func LastDay(now time.Time) Period {
	p, _ := NewPeriod(time.Time{}, time.Time{}, time.Hour, now)
	return p
}

// NewPeriod returns the steps that a stretch of time touches. Zero values are defaults: to is now, from is a day before
// to, and the step is a minute for up to two hours, else an hour. The error, for whoever asked, lists what is wrong with
// it, and what to do.
func NewPeriod(from, to time.Time, step time.Duration, now time.Time) (Period, error) {
	if to.IsZero() {
		to = now.Add(1) // the present step is among them, even if it has just begun
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
	p.known = p.grain().edge(now)
	return p, p.check(from, now)
}

func usualStep(d time.Duration) time.Duration {
	if d.Truncate(time.Second) <= 2*time.Hour {
		return time.Minute
	}
	return time.Hour
}

func checkStep(step time.Duration) error {
	whole := step%time.Minute == 0 && step < time.Hour || step%time.Hour == 0
	if step < time.Minute || step > HoursKept || !whole {
		return fmt.Errorf("step is %s: use whole minutes below an hour, or whole hours, such as 1m, 5m, 1h or 24h, up to 720h",
			step)
	}
	return nil
}

func (p Period) tooLongAgo() error {
	if p.grain() == Hours {
		return errors.New("from is too long ago: hours are kept for 30 days")
	}
	return errors.New("from is too long ago for this step: minutes are kept for 24 hours. Use a step of whole hours, such as " +
		"1h")
}

// check looks at what was asked for as a whole.
func (p Period) check(from, now time.Time) error {
	switch {
	case from.Before(p.known):
		return p.tooLongAgo()
	case p.to.After(now.Add(p.step + day)):
		return errors.New("to is in the future: use the present, or leave it out")
	case p.Len() > MaxBuckets:
		return fmt.Errorf("%d steps of %s are more than %d: choose a longer step, or a shorter time", p.Len(), p.step, MaxBuckets)
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

// Extent tells those who read a series what it is of.
type Extent struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	Step string    `json:"step"`
}

// Extent returns what a series of the period is of.
func (p Period) Extent() Extent {
	return Extent{p.from, p.to, p.step.String()}
}

// Len returns how many buckets the period has.
func (p Period) Len() int {
	if p.step == 0 {
		return 0
	}
	return int(p.to.Sub(p.from) / p.step)
}

// grain is what the period is read from.
func (p Period) grain() Grain {
	if p.step%time.Hour == 0 {
		return Hours
	}
	return Minutes
}
