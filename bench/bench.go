// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"time"
)

// settle is how long a Collector has, after the load has ended, for the requests that were still in flight.
const settle = 100 * time.Millisecond

// bench is one run: a Collector for each variant, all there for the whole run, only one of them under load at a time.
type bench struct {
	settings
	dir        string
	collectors []*collector
}

// sample is what one variant did in one round.
type sample struct {
	requestsPerSecond float64
	cpuPerThousand    time.Duration // CPU time of the Collector for 1000 requests
}

func (b *bench) start(ctx context.Context) error {
	if err := os.WriteFile(b.script(), postLua, 0o600); err != nil {
		return err
	}
	for _, v := range b.variants {
		c, err := startCollector(ctx, b.program, v, b.dir)
		if err != nil {
			return fmt.Errorf("%s: %w", v.name, err)
		}
		b.collectors = append(b.collectors, c)
	}
	return nil
}

func (b *bench) stop() {
	for _, c := range b.collectors {
		c.stop()
	}
}

func (b *bench) measureAndPrint(ctx context.Context, p payload) error {
	post, err := p.prepare(b.dir)
	if err != nil {
		return err
	}
	samples, err := b.measure(ctx, post)
	if err != nil {
		return err
	}
	return printTable(os.Stdout, b.settings, post, samples)
}

// measure returns the samples of each variant, round by round.
func (b *bench) measure(ctx context.Context, p post) ([][]sample, error) {
	samples := make([][]sample, len(b.collectors))
	for round := range b.rounds + 1 {
		showProgress(p, round, b.rounds)
		measured, err := b.round(ctx, p, round%2 == 1)
		if err != nil {
			return nil, err
		}
		for i := range samples {
			samples[i] = append(samples[i], measured[i])
		}
	}
	for i := range samples {
		samples[i] = samples[i][1:] // the first one was to warm up
	}
	return samples, nil
}

// round takes a sample of each variant, in every other round in reverse, so that none always comes first.
func (b *bench) round(ctx context.Context, p post, reverse bool) ([]sample, error) {
	samples := make([]sample, len(b.collectors))
	for i := range samples {
		if reverse {
			i = len(samples) - 1 - i
		}
		var err error
		if samples[i], err = b.sample(ctx, b.collectors[i], p); err != nil {
			return nil, fmt.Errorf("%s: %w", b.collectors[i].name, err)
		}
	}
	return samples, nil
}

func (b *bench) sample(ctx context.Context, c *collector, p post) (sample, error) {
	done, spent, err := b.observe(ctx, c, p)
	if err == nil {
		err = b.verify(c.variant, p, done, spent)
	}
	if err != nil {
		return sample{}, c.explain(err)
	}
	return sample{
		requestsPerSecond: float64(done.Requests) / done.duration().Seconds(),
		cpuPerThousand:    spent.cpu * 1000 / time.Duration(spent.receivedSpans/p.spans),
	}, nil
}

// observe returns what a round of load says of itself, and what it made the Collector use and count.
func (b *bench) observe(ctx context.Context, c *collector, p post) (done loadReport, spent tally, err error) {
	before, err := c.tally(ctx)
	if err != nil {
		return done, spent, err
	}
	if done, err = b.load(ctx, c, p); err != nil {
		return done, spent, err
	}
	time.Sleep(settle)
	after, err := c.tally(ctx)
	return done, after.minus(before), err
}

func showProgress(p post, round, rounds int) {
	switch round {
	case 0:
		fmt.Fprintf(os.Stderr, "\n%s: warming up", p)
	case 1:
		fmt.Fprintf(os.Stderr, ", %d rounds ", rounds)
		fallthrough
	default:
		fmt.Fprint(os.Stderr, ".")
	}
	if round == rounds {
		fmt.Fprintln(os.Stderr)
	}
}
