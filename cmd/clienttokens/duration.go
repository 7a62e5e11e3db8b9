// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"regexp"
	"strconv"
	"time"
)

const (
	week = 7 * day

	// maxDuration keeps what is added to a time within the years that records can hold.
	maxDuration = 100 * 365 * day
)

var errDuration = errors.New("write a duration of at most 100 years, for example 90d, 2w, 1d12h or 30m")

var weeksAndDays = regexp.MustCompile(`^(?:(\d{1,5})w)?(?:(\d{1,6})d)?(.*)$`)

// parseDuration reads what package time does, with weeks and days in front.
func parseDuration(text string) (time.Duration, error) {
	parts := weeksAndDays.FindStringSubmatch(text)
	if text == "" || parts == nil {
		return 0, errDuration
	}
	weeks, _ := strconv.Atoi(parts[1])
	days, _ := strconv.Atoi(parts[2])
	rest := time.Duration(0)
	if parts[3] != "" {
		var err error
		if rest, err = time.ParseDuration(parts[3]); err != nil || rest < 0 {
			return 0, errDuration
		}
	}
	if weeks*7+days > int(maxDuration/day) || rest > maxDuration {
		return 0, errDuration
	}
	d := time.Duration(weeks)*week + time.Duration(days)*day + rest
	if d > maxDuration {
		return 0, errDuration
	}
	return d, nil
}
