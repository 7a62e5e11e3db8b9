// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/collector"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/wrk"
)

// maxDuration of a round: a used-up limit must stay used up, and its window is a minute.
const maxDuration = 10 * time.Second

// settings are what the flags say.
type settings struct {
	program   string // the Collector
	vegeta    string
	rounds    int
	load      wrk.Load
	cost      bool
	isolation bool
}

func parseSettings() (settings, error) {
	var s settings
	flag.StringVar(&s.program, "collector", "build/otelcol-clienttokens", "the Collector to measure")
	flag.StringVar(&s.vegeta, "vegeta", "build/tools/vegeta", "the load generator that posts at a fixed rate")
	flag.IntVar(&s.rounds, "rounds", 7, "rounds that count; one more warms up")
	flag.DurationVar(&s.load.Duration, "duration", 2*time.Second, "time of load a round, whole seconds; thrice for isolation")
	flag.IntVar(&s.load.Connections, "connections", 16, "connections that post at the same time")
	flag.BoolVar(&s.cost, "cost", true, "measure what a post costs that is refused")
	flag.BoolVar(&s.isolation, "isolation", true, "measure what others notice")
	flag.Parse()
	return s, s.validate()
}

// attackDuration is longer: the slowest of a hundred posts are looked at.
func (s settings) attackDuration() time.Duration {
	return 3 * s.load.Duration
}

func (s settings) validate() error {
	switch {
	case flag.NArg() > 0:
		return fmt.Errorf("%q is not a flag: see -help", flag.Arg(0))
	case s.rounds < 1:
		return errors.New("-rounds must be at least 1")
	case s.load.Duration > maxDuration:
		return fmt.Errorf("-duration must be at most %s", maxDuration)
	}
	return errors.Join(s.load.Validate(), collector.Find(s.program), s.findVegeta())
}

func (s settings) findVegeta() error {
	if _, err := os.Stat(s.vegeta); err != nil {
		return fmt.Errorf("no load generator for a fixed rate (%w): run `make build/tools/vegeta`", err)
	}
	return nil
}
