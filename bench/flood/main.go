// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Flood measures what it costs to refuse: the Collector's CPU time for a post that is refused beside one that is
// accepted, and what a sender who keeps to its limit notices of one who doesn't. Run it by `make bench`, or by
// `go run ./bench/flood` once `make bench` has built what it needs. Linux only.
//
// Load generators and Collector share the machine. Hence short rounds next to each other, ratios within a round, and
// CPU time of the Collector alone; where latencies count they get CPUs of their own.
package main

import (
	"context"
	"fmt"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/measure"
)

func main() {
	measure.Main("flood", run)
}

func run(ctx context.Context, dir string) error {
	s, err := parseSettings()
	if err != nil {
		return err
	}
	fmt.Println(measure.Machine())
	if s.cost {
		if err := measureCost(ctx, s, dir); err != nil {
			return err
		}
	}
	if s.isolation {
		return measureIsolation(ctx, s, dir)
	}
	return nil
}
