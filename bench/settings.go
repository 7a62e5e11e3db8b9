// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/browser"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/collector"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/wrk"
)

// settings are what the flags say.
type settings struct {
	program  string // the Collector
	rounds   int
	load     wrk.Load
	batches  []browser.Batch
	variants []variant
}

// standard is measured unless a flag asks for something else: single spans, what a page sends every few seconds, and
// the largest batch of the SDK.
var standard = []browser.Batch{
	{Spans: 1, Encoding: browser.JSON},
	{Spans: 30, Encoding: browser.JSON},
	{Spans: 512, Encoding: browser.JSON},
	{Spans: 30, Encoding: browser.Protobuf},
}

func parseSettings() (settings, error) {
	var s settings
	flag.StringVar(&s.program, "collector", "build/otelcol-clienttokens", "the Collector to measure")
	flag.IntVar(&s.rounds, "rounds", 10, "rounds that count; one more warms up")
	flag.DurationVar(&s.load.Duration, "duration", 2*time.Second, "time of load a round, whole seconds")
	flag.IntVar(&s.load.Connections, "connections", 16, "connections that post at the same time")
	spans := flag.Int("spans", 30, "spans a post; 1, 30 and 512 unless this or -encoding is given")
	encoding := flag.String("encoding", string(browser.JSON), "json or protobuf; both unless this or -spans is given")
	compare := flag.String("compare", "parts", "parts: with and without ours; usage: with and without recording it")
	redis := flag.String("redis", "", "host:port of a Redis to record usage in; with -compare usage")
	flag.Parse()
	s.variants = comparisons[*compare]
	if *redis != "" {
		s.variants = slices.Concat(s.variants, []variant{usageIn(*redis)})
	}
	s.batches = standard
	if given("spans") || given("encoding") {
		s.batches = []browser.Batch{{Spans: *spans, Encoding: browser.Encoding(*encoding)}}
	}
	return s, s.validate()
}

func given(name string) bool {
	found := false
	flag.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}

func (s settings) validate() error {
	only := s.batches[0]
	switch {
	case flag.NArg() > 0:
		return fmt.Errorf("%q is not a flag: see -help", flag.Arg(0))
	case len(s.variants) < 2:
		return errors.New("-compare must be parts or usage")
	case s.rounds < 1:
		return errors.New("-rounds must be at least 1")
	case only.Spans < 1 || only.Spans > 4000:
		return errors.New("-spans must be 1 to 4000: more would exceed the receiver's max_request_body_size")
	case only.Encoding != browser.JSON && only.Encoding != browser.Protobuf:
		return errors.New("-encoding must be json or protobuf")
	}
	return errors.Join(s.load.Validate(), collector.Find(s.program))
}
