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

	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/measure"
)

func main() {
	measure.Main("bench", run)
}

func run(ctx context.Context, dir string) error {
	s, err := parseSettings()
	if err != nil {
		return err
	}
	b := &bench{settings: s, dir: dir}
	defer b.stop()
	if err := b.start(ctx); err != nil {
		return err
	}
	fmt.Println(measure.Machine())
	for _, batch := range s.batches {
		if err := b.measureAndPrint(ctx, batch); err != nil {
			return err
		}
	}
	return nil
}
