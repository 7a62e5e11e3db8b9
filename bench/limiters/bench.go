// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"time"
)

// ballastSize keeps the heap as large as that of a Collector, so that garbage is collected as rarely. Else those with a
// cache of their own would have the advantage. It is never written to, so it takes no memory.
const ballastSize = 128 << 20

// bench is one run: one Redis, and limiters that come and go.
type bench struct {
	settings
	server  *redisServer
	address string // of the server, or of the proxy before it
	ballast []byte
}

// sample is what one contestant did in one round, each decision's share of it where nothing else is said.
type sample struct {
	perSecond    float64
	p50, p99     time.Duration
	allocations  float64
	commands     float64
	commandsTime float64 // µs that Redis took to run the commands
	redisCPU     float64 // µs of all Redis did
	cpu          float64 // µs of this process
	admitted     float64 // share
}

func newBench(ctx context.Context, s settings) (*bench, error) {
	server, err := startRedis(ctx)
	if err != nil {
		return nil, err
	}
	b := &bench{settings: s, server: server, address: server.address, ballast: make([]byte, ballastSize)}
	if s.rtt > 0 {
		b.address, err = startProxy(ctx, server.address, s.rtt)
	}
	if err != nil {
		server.stop()
	}
	return b, err
}

func (b *bench) stop() {
	b.server.stop()
	runtime.KeepAlive(b.ballast)
}

// compare measures all contestants under a workload, and prints the table.
func (b *bench) compare(ctx context.Context, w workload) error {
	if b.goroutines > 0 {
		w.goroutines = b.goroutines
	}
	samples, err := b.measure(ctx, newLoad(w))
	if err != nil {
		return err
	}
	return printTable(os.Stdout, b.settings, w, samples)
}

// measure returns the samples of each contestant, round by round.
func (b *bench) measure(ctx context.Context, l *load) ([][]sample, error) {
	samples := make([][]sample, len(b.contestants))
	for round := range b.rounds {
		fmt.Fprintf(os.Stderr, "\r%s: round %d of %d ", l.name, round+1, b.rounds)
		for i := range samples {
			if round%2 == 1 { // so that none always comes first
				i = len(samples) - 1 - i
			}
			s, err := b.sample(ctx, b.contestants[i], l)
			if err != nil {
				return nil, fmt.Errorf("%s, %s: %w", l.name, b.contestants[i].name, err)
			}
			samples[i] = append(samples[i], s)
		}
	}
	fmt.Fprintln(os.Stderr)
	return samples, nil
}

func (b *bench) sample(ctx context.Context, c contestant, l *load) (sample, error) {
	if err := b.server.forget(ctx); err != nil {
		return sample{}, err
	}
	limiter, err := c.open(ctx, b.address, l.quota)
	if err != nil {
		return sample{}, err
	}
	defer limiter.close()
	if _, err := l.put(ctx, limiter, b.warmUp); err != nil {
		return sample{}, err
	}
	done, used, err := b.observe(ctx, c, l, limiter)
	if err != nil {
		return sample{}, err
	}
	s := newSample(done, used)
	return s, l.verify(s.admitted)
}

// observe returns what the limiter did, and what it used for it.
func (b *bench) observe(ctx context.Context, c contestant, l *load, on limiter) (done outcome, used usage, err error) {
	runtime.GC() // what came before is not to be collected at its cost
	before, err := b.server.usage(ctx, c.sends)
	if err != nil {
		return done, used, err
	}
	if done, err = l.put(ctx, on, b.duration); err != nil {
		return done, used, err
	}
	after, err := b.server.usage(ctx, c.sends)
	return done, after.minus(before), err
}

func newSample(done outcome, used usage) sample {
	decisions := float64(done.decisions)
	micros := func(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) / decisions }
	return sample{
		perSecond:    decisions / done.elapsed.Seconds(),
		p50:          done.latencies.percentile(0.50),
		p99:          done.latencies.percentile(0.99),
		allocations:  float64(used.mallocs) / decisions,
		commands:     float64(used.commands.calls) / decisions,
		commandsTime: micros(used.commands.spent),
		redisCPU:     micros(used.redisCPU),
		cpu:          micros(used.cpu),
		admitted:     float64(done.admitted) / decisions,
	}
}
