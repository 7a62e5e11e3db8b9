// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"
	"google.golang.org/grpc/codes"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/spanratelimitprocessor/internal/metadata"
)

// pipeline is a started processor.
type pipeline struct {
	processor.Traces
	t    testing.TB
	stop func()
}

func newPipeline(tb testing.TB, f processor.Factory, cfg *Config, next consumer.Traces) *pipeline {
	tb.Helper()
	traces, err := f.CreateTraces(tb.Context(), processortest.NewNopSettings(metadata.Type), cfg, next)
	require.NoError(tb, err)
	require.NoError(tb, traces.Start(tb.Context(), componenttest.NewNopHost()))
	p := &pipeline{Traces: traces, t: tb}
	p.stop = func() { require.NoError(tb, traces.Shutdown(context.WithoutCancel(tb.Context()))) }
	tb.Cleanup(p.stop)
	return p
}

// check sends spans of the shop's token and wants a code.
func (p *pipeline) check(spans int, tokenLimit any, code codes.Code) {
	p.t.Helper()
	err := p.ConsumeTraces(from(p.t, shop(tokenLimit, nil)), traces(spans))
	assert.Equal(p.t, code.String(), parse(p.t, err).code.String())
}

// newOpenFactory is NewFactory with a view of its limiters.
func newOpenFactory() (processor.Factory, *factory) {
	f := &factory{limiters: map[component.Config]*limiter{}}
	traces := processor.WithTraces(f.createTraces, metadata.TracesStability)
	return processor.NewFactory(metadata.Type, createDefaultConfig, traces), f
}

func TestFactoryOneLimiterPerID(t *testing.T) {
	f, inside := newOpenFactory()
	sink := new(consumertest.TracesSink)
	web, other := defaults(same), defaults(same)
	first, second := newPipeline(t, f, web, sink), newPipeline(t, f, web, sink)
	third := newPipeline(t, f, other, consumertest.NewNop())
	assert.Len(t, inside.limiters, 2)

	first.check(6, 10, codes.OK)
	second.check(6, 10, codes.ResourceExhausted)
	second.check(4, 10, codes.OK)
	first.check(1, 10, codes.ResourceExhausted)
	third.check(10, 10, codes.OK)
	assert.Equal(t, 10, sink.SpanCount())
}

func TestFactoryShutdown(t *testing.T) {
	f, inside := newOpenFactory()
	cfg := defaults(same)
	first, second := newPipeline(t, f, cfg, consumertest.NewNop()), newPipeline(t, f, cfg, consumertest.NewNop())
	l := inside.limiters[cfg]
	first.check(10, 10, codes.OK)

	first.stop()
	first.stop() // must not count as the second pipeline's
	assert.Same(t, l, inside.limiters[cfg])
	assert.False(t, stopped(l), "the sweeper serves the second pipeline")
	second.check(1, 10, codes.ResourceExhausted)

	second.stop()
	assert.True(t, stopped(l))
	assert.Empty(t, inside.limiters)

	newPipeline(t, f, cfg, consumertest.NewNop()).check(10, 10, codes.OK)
}

func stopped(l *limiter) bool {
	select {
	case <-l.done:
		return true
	default:
		return false
	}
}

func TestFactoryShutdownWithoutStart(t *testing.T) {
	f, inside := newOpenFactory()
	p, err := f.CreateTraces(t.Context(), processortest.NewNopSettings(metadata.Type), defaults(same),
		consumertest.NewNop())
	require.NoError(t, err)
	require.NoError(t, p.Shutdown(t.Context()))
	assert.Empty(t, inside.limiters)
}

// The Collector starts the shared limiter once for each pipeline; goleak tells if a sweeper outlived them.
func TestFactoryStartTwice(t *testing.T) {
	p := newPipeline(t, NewFactory(), defaults(same), consumertest.NewNop())
	require.NoError(t, p.Start(t.Context(), componenttest.NewNopHost()))
	p.check(1, 1, codes.OK)
}

func TestFactoryCapabilities(t *testing.T) {
	p := newPipeline(t, NewFactory(), defaults(same), consumertest.NewNop())
	assert.False(t, p.Capabilities().MutatesData)
}

// What a pipeline was given goes on as it is; traces() is read-only, so a change would panic besides.
func TestFactoryPassesOn(t *testing.T) {
	sink := new(consumertest.TracesSink)
	p := newPipeline(t, NewFactory(), defaults(same), sink)
	td := traces(321)
	require.NoError(t, p.ConsumeTraces(from(t, shop(nil, 1000)), td))
	require.Len(t, sink.AllTraces(), 1)
	assert.Equal(t, td, sink.AllTraces()[0])
	assert.Equal(t, shop(nil, 1000), client.FromContext(sink.Contexts()[0]).Auth)
}

// The processor doesn't see what a later component does with the spans, so they stay charged.
func TestFactoryRefusedLater(t *testing.T) {
	full := errors.New("sending queue is full")
	p := newPipeline(t, NewFactory(), defaults(same), consumertest.NewErr(full))
	require.ErrorIs(t, p.ConsumeTraces(from(t, shop(10, 10)), traces(6)), full)
	p.check(5, 10, codes.ResourceExhausted)
}

// Time is synctest's: the sweeper sleeps through minutes at once.
func TestFactorySweepsIdleWindows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, inside := newOpenFactory()
		cfg := defaults(same)
		p := newPipeline(t, f, cfg, consumertest.NewNop())
		windows := inside.limiters[cfg].windows.(*window.Memory)
		p.check(10, 10, codes.OK)
		require.Equal(t, 1, windows.Len())

		time.Sleep(time.Minute - time.Nanosecond)
		synctest.Wait()
		require.Equal(t, 1, windows.Len(), "still counts")
		p.check(1, 10, codes.ResourceExhausted)

		time.Sleep(sweepInterval + time.Nanosecond) // the one before was less than window.Hold after the charge
		synctest.Wait()
		assert.Zero(t, windows.Len())
		p.check(10, 10, codes.OK)
		p.stop() // within the bubble, which else would wait for the sweeper for ever
	})
}

// brokenMeters is a MeterProvider that can't make an instrument with some part in its name.
type brokenMeters struct {
	noop.MeterProvider
	part string
}

func (m brokenMeters) Meter(string, ...metric.MeterOption) metric.Meter {
	return brokenMeter{part: m.part}
}

type brokenMeter struct {
	noop.Meter
	part string
}

var errInstrument = errors.New("no such instrument")

func (m brokenMeter) Int64Counter(name string, _ ...metric.Int64CounterOption) (metric.Int64Counter, error) {
	if strings.Contains(name, m.part) {
		return nil, errInstrument
	}
	return noop.Int64Counter{}, nil
}

func (m brokenMeter) Int64ObservableCounter(
	name string, _ ...metric.Int64ObservableCounterOption,
) (metric.Int64ObservableCounter, error) {
	if strings.Contains(name, m.part) {
		return nil, errInstrument
	}
	return noop.Int64ObservableCounter{}, nil
}

// The second is made by processorhelper, when the limiter is there already.
func TestFactoryCreateFails(t *testing.T) {
	for _, part := range []string{"span_rate_limit", "incoming_items"} {
		t.Run(part, func(t *testing.T) {
			f, inside := newOpenFactory()
			set := processortest.NewNopSettings(metadata.Type)
			set.MeterProvider = brokenMeters{part: part}
			_, err := f.CreateTraces(t.Context(), set, defaults(same), consumertest.NewNop())
			require.ErrorIs(t, err, errInstrument)
			assert.Empty(t, inside.limiters)
		})
	}
}
