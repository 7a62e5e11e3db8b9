// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"flag"
	"fmt"
	"time"
)

// settings are what the flags say.
type settings struct {
	rounds      int
	duration    time.Duration
	warmUp      time.Duration
	goroutines  int // 0 leaves it to the workload
	rtt         time.Duration
	workloads   []workload
	contestants []contestant
}

func parseSettings() (settings, error) {
	var s settings
	flag.IntVar(&s.rounds, "rounds", 5, "rounds; each contestant has its turn in each")
	flag.DurationVar(&s.duration, "duration", 1500*time.Millisecond, "time of a turn that counts")
	flag.DurationVar(&s.warmUp, "warmup", 500*time.Millisecond, "time before that, at the same load")
	flag.IntVar(&s.goroutines, "goroutines", 0, "goroutines that ask; 64, or 256 for hot, uniform and zipf, unless given")
	flag.DurationVar(&s.rtt, "rtt", 0, "round-trip time to add, by a proxy in this process; 0 is none")
	chosen := flag.String("workloads", "", "those to measure, with commas, of "+list(workloads(), workload.title))
	compared := flag.String("contestants", "", "those to compare, with commas, of "+list(contestants(), contestant.title))
	flag.Parse()
	return s, errors.Join(s.choose(*chosen, *compared), s.validate())
}

func (s *settings) choose(chosen, compared string) error {
	var err, err2 error
	s.workloads, err = choose(workloads(), chosen, workload.title)
	s.contestants, err2 = choose(contestants(), compared, contestant.title)
	return errors.Join(err, err2)
}

func (s *settings) validate() error {
	switch {
	case flag.NArg() > 0:
		return fmt.Errorf("%q is not a flag: see -help", flag.Arg(0))
	case s.rounds < 1:
		return errors.New("-rounds must be at least 1")
	case s.duration < 10*time.Millisecond || s.warmUp < 0:
		return errors.New("-duration must be at least 10ms, and -warmup not negative")
	case s.goroutines < 0 || s.goroutines > maxGoroutines:
		return fmt.Errorf("-goroutines must be at most %d: the clients have no more connections", maxGoroutines)
	case s.rtt < 0 || s.rtt > time.Second:
		return errors.New("-rtt must be 0 to 1s")
	}
	return nil
}
