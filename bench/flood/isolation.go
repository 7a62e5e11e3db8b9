// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/browser"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/collector"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/bench/measure"
)

// lead is by how much a flood begins before, and ends after, the sender who keeps to its limit.
const lead = time.Second

// isolationBench has one sender post at a tenth of what the Collector can accept, while another posts half of that.
type isolationBench struct {
	settings
	collector  *collector.Collector
	generators string // CPUs
	post       browser.Post
	one        browser.Post // to use a limit up
	capacity   float64      // posts a second, all accepted
}

// flood is what the other one does.
type flood struct {
	name   string
	sender browser.Sender
	status int // of the answers
}

// floods: the second one is compared with the first.
var floods = []flood{
	{"200: accepted", other, http.StatusOK},
	{"429: limit used up, shed unread", spent, http.StatusTooManyRequests},
}

func measureIsolation(ctx context.Context, s settings, dir string) error {
	b, err := newIsolationBench(ctx, s, dir)
	if err != nil {
		return err
	}
	defer b.collector.Stop()
	if b.capacity, err = b.measureCapacity(ctx); err != nil {
		return b.collector.Explain(err)
	}
	noticed, err := measure.Rounds("isolation", b.rounds, len(floods), func(i int) (latencies, error) {
		return b.under(ctx, floods[i])
	})
	if err != nil {
		return b.collector.Explain(err)
	}
	return b.print(os.Stdout, noticed)
}

func newIsolationBench(ctx context.Context, s settings, dir string) (*isolationBench, error) {
	b := &isolationBench{settings: s}
	cpus, generators, err := share()
	if err != nil {
		return nil, err
	}
	b.generators, b.load.CPUs = generators, generators
	one := browser.Batch{Spans: 1, Encoding: browser.JSON}
	if b.one, err = one.Write(dir); err != nil {
		return nil, err
	}
	if b.post, err = goals[0].Write(dir); err != nil {
		return nil, err
	}
	b.collector, err = collector.Start(ctx, s.setup(dir, cpus), shop)
	return b, err
}

// measureCapacity returns the median of a few rounds.
func (b *isolationBench) measureCapacity(ctx context.Context) (float64, error) {
	rates, err := measure.Rounds("capacity", 3, 1, func(int) (float64, error) {
		done, err := b.load.Post(ctx, b.collector.Traces, b.post, shop)
		if err != nil {
			return 0, err
		}
		return done.PerSecond(), done.Answered(false)
	})
	if err != nil {
		return 0, err
	}
	return measure.Summarize(rates[0]).Median, nil
}

// under returns what the sender who keeps to its limit notices of a flood.
func (b *isolationBench) under(ctx context.Context, f flood) (latencies, error) {
	quiet := b.attack(shop, http.StatusOK, b.capacity/10, b.attackDuration())
	loud := b.attack(f.sender, f.status, b.capacity/2, quiet.duration+2*lead)
	if f.status == http.StatusTooManyRequests {
		if err := use(ctx, b.collector.Traces, f.sender, b.one, loud.duration+lead); err != nil {
			return latencies{}, err
		}
	}
	flooded := make(chan error, 1)
	go func() {
		_, err := loud.run(ctx)
		flooded <- err
	}()
	noticed, err := latencies{}, sleep(ctx, lead)
	if err == nil {
		noticed, err = quiet.run(ctx)
	}
	if err = errors.Join(err, <-flooded); err != nil {
		return latencies{}, fmt.Errorf("%s: %w", f.name, err)
	}
	return noticed, nil
}

func (b *isolationBench) attack(as browser.Sender, status int, rate float64, d time.Duration) attack {
	return attack{
		vegeta: b.vegeta, cpus: b.generators, url: b.collector.Traces, post: b.post,
		sender: as, rate: int(rate), duration: d, expect: status,
	}
}
