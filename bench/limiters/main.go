// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Limiters compares rate limiters that keep their counts in Redis: ours and those of other projects, in one process, on
// one redis-server of its own, side by side. Run it by `go run .` in this folder; -help tells the flags. Linux only.
//
// It is a module of its own, so that nobody who uses ours gets the others. Clients and Redis share the machine, so
// decisions a second go up and down with whatever else runs: trust the ratios, which are taken within a round.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/measure"
)

func main() {
	s, err := parseSettings()
	if err == nil {
		err = run(s)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "\nlimiters:", err)
		os.Exit(1)
	}
}

// run ends early, and ends what it has started, at Ctrl-C.
func run(s settings) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	b, err := newBench(ctx, s)
	if err != nil {
		return measure.OrInterrupted(ctx, err)
	}
	defer b.stop()
	fmt.Println(measure.Machine())
	for _, w := range s.workloads {
		if err := b.compare(ctx, w); err != nil {
			return measure.OrInterrupted(ctx, err)
		}
	}
	return nil
}
