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

// goal is how many times as much as refusing a post at the door accepting it is to cost at least; 0 = whatever it is.
type goal struct {
	browser.Batch
	times float64
}

// goals are what a page sends every few seconds, and the largest batch of the SDK.
var goals = []goal{
	{browser.Batch{Spans: 30, Encoding: browser.JSON}, 5},
	{browser.Batch{Spans: 512, Encoding: browser.JSON}, 20},
	{browser.Batch{Spans: 30, Encoding: browser.Protobuf}, 0},
	{browser.Batch{Spans: 512, Encoding: browser.Protobuf}, 0},
}

// costBench has one Collector, which all senders post to in turn.
type costBench struct {
	settings
	collector *collector.Collector
	uses      map[int]browser.Post // to use limits up, by their spans
}

// price is what one way to end costs in one round.
type price struct {
	requestsPerSecond float64
	cpuMicros         float64 // a post
}

func measureCost(ctx context.Context, s settings, dir string) error {
	c, err := collector.Start(ctx, s.setup(dir, ""), shop)
	if err != nil {
		return err
	}
	defer c.Stop()
	b := &costBench{settings: s, collector: c, uses: map[int]browser.Post{}}
	for _, w := range ways {
		batch := browser.Batch{Spans: w.spend, Encoding: browser.JSON}
		if w.spend > 0 {
			if b.uses[w.spend], err = batch.Write(dir); err != nil {
				return err
			}
		}
	}
	for _, g := range goals {
		if err := b.measureAndPrint(ctx, g, dir); err != nil {
			return c.Explain(err)
		}
	}
	return nil
}

func (b *costBench) measureAndPrint(ctx context.Context, g goal, dir string) error {
	post, err := g.Write(dir)
	if err != nil {
		return err
	}
	prices, err := measure.Rounds(post.String(), b.rounds, len(ways), func(i int) (price, error) {
		p, err := b.price(ctx, ways[i], post)
		if err != nil {
			err = fmt.Errorf("%s: %w", ways[i].name, err)
		}
		return p, err
	})
	if err != nil {
		return err
	}
	return printPrices(os.Stdout, b.settings, g, post, prices)
}

func (b *costBench) price(ctx context.Context, w way, p browser.Post) (price, error) {
	if w.spend > 0 {
		if err := use(ctx, b.collector.Traces, w.sender, b.uses[w.spend], b.load.Duration); err != nil {
			return price{}, err
		}
	}
	var done wrk.Report
	used, err := b.collector.Observe(ctx, func() (err error) {
		done, err = b.load.Post(ctx, b.collector.Traces, p, w.sender)
		return err
	})
	if err != nil {
		return price{}, err
	}
	posts, err := w.verify(done, used)
	if err != nil {
		return price{}, err
	}
	return price{done.PerSecond(), float64(used.CPU) / float64(time.Microsecond) / float64(posts)}, nil
}
