// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"time"
)

// settings are what the flags say.
type settings struct {
	program     string // the Collector
	rounds      int
	duration    time.Duration
	connections int
	payloads    []payload
	variants    []variant
}

// standard is measured unless a flag asks for something else: single spans, what a page sends every few seconds, and
// the largest batch of the SDK.
var standard = []payload{{1, asJSON}, {30, asJSON}, {512, asJSON}, {30, asProtobuf}}

func parseSettings() (settings, error) {
	var s settings
	flag.StringVar(&s.program, "collector", "build/otelcol-clienttokens", "the Collector to measure")
	flag.IntVar(&s.rounds, "rounds", 10, "rounds that count; one more warms up")
	flag.DurationVar(&s.duration, "duration", 2*time.Second, "time of load a round, whole seconds")
	flag.IntVar(&s.connections, "connections", 16, "connections that post at the same time")
	spans := flag.Int("spans", 30, "spans a post; 1, 30 and 512 unless this or -encoding is given")
	encoding := flag.String("encoding", string(asJSON), "json or protobuf; both unless this or -spans is given")
	compare := flag.String("compare", "parts", "parts: the Collector with and without ours; usage: with and without recording it")
	redis := flag.String("redis", "", "host:port of a Redis to record usage in; with -compare usage")
	flag.Parse()
	s.variants = comparisons[*compare]
	if *redis != "" {
		s.variants = slices.Concat(s.variants, []variant{usageIn(*redis)})
	}
	s.payloads = standard
	if given("spans") || given("encoding") {
		s.payloads = []payload{{*spans, encodingName(*encoding)}}
	}
	return s, s.validate()
}

func given(name string) bool {
	found := false
	flag.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}

func (s settings) validate() error {
	only := s.payloads[0]
	switch {
	case flag.NArg() > 0:
		return fmt.Errorf("%q is not a flag: see -help", flag.Arg(0))
	case len(s.variants) < 2:
		return errors.New("-compare must be parts or usage")
	case s.rounds < 1:
		return errors.New("-rounds must be at least 1")
	case s.duration < time.Second || s.duration%time.Second != 0:
		return errors.New("-duration must be whole seconds, at least 1s: wrk takes nothing else")
	case s.connections < 1:
		return errors.New("-connections must be at least 1")
	case only.spans < 1 || only.spans > 4000:
		return errors.New("-spans must be 1 to 4000: more would exceed the receiver's max_request_body_size")
	case only.encoding != asJSON && only.encoding != asProtobuf:
		return errors.New("-encoding must be json or protobuf")
	}
	return s.findPrograms()
}

func (s settings) findPrograms() error {
	if _, err := os.Stat(s.program); err != nil {
		return fmt.Errorf("no Collector to measure (%w): run `make build` and start this in the repository's root", err)
	}
	if _, err := exec.LookPath("wrk"); err != nil {
		return fmt.Errorf("no load generator (%w): run `apt-get install wrk`", err)
	}
	return nil
}
