// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Bench measures what client_token_auth and span_rate_limit cost: it starts the built Collector with and without them
// and posts the same browser-like spans to each in turn, round after round. Run it by `go run ./bench`, or `make bench`;
// `go run ./bench -compare usage` compares them with and without recording usage.
//
// Load generator and Collector share the machine, so requests a second go up and down with whatever else runs. Hence
// short rounds next to each other, ratios within a round, and the Collector's own CPU time, which is the calmer figure.
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
		err = inTempDir(func(dir string) error { return run(s, dir) })
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "\nbench:", err)
		os.Exit(1)
	}
}

// run ends early, and ends what it has started, at Ctrl-C.
func run(s settings, dir string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	b := &bench{settings: s, dir: dir}
	defer b.stop()
	if err := b.start(ctx); err != nil {
		return measure.OrInterrupted(ctx, err)
	}
	fmt.Println(measure.Machine())
	for _, p := range s.payloads {
		if err := b.measureAndPrint(ctx, p); err != nil {
			return measure.OrInterrupted(ctx, err)
		}
	}
	return nil
}

func inTempDir(do func(dir string) error) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	return do(dir)
}
