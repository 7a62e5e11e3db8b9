// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/browser"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/collector"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/measure"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/wrk"
)

// bench is one run: a Collector for each variant, all there for the whole run, only one of them under load at a time.
type bench struct {
	settings
	dir        string
	collectors []*collector.Collector
}

// sample is what one variant did in one round.
type sample struct {
	requestsPerSecond float64
	cpuPerThousand    time.Duration // CPU time of the Collector for 1000 requests
}

func (b *bench) start(ctx context.Context) error {
	for _, v := range b.variants {
		c, err := collector.Start(ctx, v.setup(b.program, b.dir), shop)
		if err != nil {
			return fmt.Errorf("%s: %w", v.name, err)
		}
		b.collectors = append(b.collectors, c)
	}
	return nil
}

func (b *bench) stop() {
	for _, c := range b.collectors {
		c.Stop()
	}
}

func (b *bench) measureAndPrint(ctx context.Context, batch browser.Batch) error {
	post, err := batch.Write(b.dir)
	if err != nil {
		return err
	}
	samples, err := measure.Rounds(post.String(), b.rounds, len(b.variants), func(i int) (sample, error) {
		return b.sample(ctx, i, post)
	})
	if err != nil {
		return err
	}
	return printTable(os.Stdout, b.settings, post, samples)
}

// sample puts a variant under load.
func (b *bench) sample(ctx context.Context, i int, p browser.Post) (sample, error) {
	v, c := b.variants[i], b.collectors[i]
	done, spent, err := b.observe(ctx, c, p)
	if err == nil {
		err = v.verify(p, done, spent)
	}
	if err != nil {
		return sample{}, c.Explain(fmt.Errorf("%s: %w", v.name, err))
	}
	return sample{
		requestsPerSecond: done.PerSecond(),
		cpuPerThousand:    spent.cpu * 1000 / time.Duration(spent.receivedSpans/p.Spans),
	}, nil
}

// observe returns what a round of load says of itself, and what it made the Collector use and count.
func (b *bench) observe(ctx context.Context, c *collector.Collector, p browser.Post) (wrk.Report, tally, error) {
	var done wrk.Report
	spent, err := c.Observe(ctx, func() (err error) {
		done, err = b.load.Post(ctx, c.Traces, p, shop)
		return err
	})
	return done, newTally(spent), err
}
