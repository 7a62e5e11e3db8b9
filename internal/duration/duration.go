// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package duration reads durations as people write them.
package duration

import (
	"errors"
	"regexp"
	"strconv"
	"time"
)

const (
	day  = 24 * time.Hour
	week = 7 * day
)

// Max keeps what is added to a time within the years that records can hold.
const Max = 100 * 365 * day

// ErrSyntax says how a duration is written.
var ErrSyntax = errors.New("write a duration of at most 100 years, for example 90d, 2w, 1d12h or 30m")

var weeksAndDays = regexp.MustCompile(`^(?:(\d{1,5})w)?(?:(\d{1,6})d)?(.*)$`)

// Parse reads what package time does, with weeks and days in front. The error is ErrSyntax.
func Parse(text string) (time.Duration, error) {
	parts := weeksAndDays.FindStringSubmatch(text)
	if text == "" || parts == nil {
		return 0, ErrSyntax
	}
	weeks, _ := strconv.Atoi(parts[1])
	days, _ := strconv.Atoi(parts[2])
	rest := time.Duration(0)
	if parts[3] != "" {
		var err error
		if rest, err = time.ParseDuration(parts[3]); err != nil || rest < 0 {
			return 0, ErrSyntax
		}
	}
	if weeks*7+days > int(Max/day) || rest > Max {
		return 0, ErrSyntax
	}
	d := time.Duration(weeks)*week + time.Duration(days)*day + rest
	if d > Max {
		return 0, ErrSyntax
	}
	return d, nil
}
