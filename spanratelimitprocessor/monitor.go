// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/fleet"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/spanratelimitprocessor/internal/metadata"
)

// monitor measures what happens between the windows and Redis. Counters are read when metrics are collected, as those of
// report are; a duration is recorded at once, which is cheap beside a call.
type monitor struct {
	*availability
	ok, timeout, failed *calls
	leased              atomic.Int64
	duration            metric.Float64Histogram
	labels              metric.MeasurementOption
}

var _ fleet.Monitor = (*monitor)(nil)

// calls counts those with one result.
type calls struct {
	atomic.Int64
	labels metric.MeasurementOption
}

func newMonitor(telemetry *metadata.TelemetryBuilder, id component.ID, a *availability) (*monitor, error) {
	processor := attribute.String("processor", id.String())
	newCalls := func(result string) *calls {
		return &calls{labels: metric.WithAttributeSet(attribute.NewSet(processor, attribute.String("result", result)))}
	}
	m := &monitor{
		availability: a,
		ok:           newCalls("ok"),
		timeout:      newCalls("timeout"),
		failed:       newCalls("error"),
		duration:     telemetry.ProcessorSpanRateLimitRedisCallDuration,
		labels:       metric.WithAttributeSet(attribute.NewSet(processor)),
	}
	return m, errors.Join(
		telemetry.RegisterProcessorSpanRateLimitRedisCallsCallback(m.observeCalls),
		telemetry.RegisterProcessorSpanRateLimitLeasedSpansCallback(m.observeLeased),
		telemetry.RegisterProcessorSpanRateLimitModeCallback(m.observeMode),
	)
}

// Called counts a call. See fleet.Monitor.
func (m *monitor) Called(err error, took time.Duration) {
	m.callsWith(err).Add(1)
	m.duration.Record(context.Background(), took.Seconds(), m.labels)
}

func (m *monitor) callsWith(err error) *calls {
	var networkError net.Error
	switch {
	case err == nil:
		return m.ok
	case errors.As(err, &networkError) && networkError.Timeout(), errors.Is(err, redis.ErrPoolTimeout):
		return m.timeout
	default:
		return m.failed
	}
}

// Leased counts a lease. See fleet.Monitor.
func (m *monitor) Leased(spans int64) {
	m.leased.Add(spans)
}

func (m *monitor) observeCalls(_ context.Context, o metric.Int64Observer) error {
	for _, c := range []*calls{m.ok, m.timeout, m.failed} {
		o.Observe(c.Load(), c.labels)
	}
	return nil
}

func (m *monitor) observeLeased(_ context.Context, o metric.Int64Observer) error {
	o.Observe(m.leased.Load(), m.labels)
	return nil
}

func (m *monitor) observeMode(_ context.Context, o metric.Int64Observer) error {
	mode := int64(0)
	if m.anyAway() {
		mode = 1
	}
	o.Observe(mode, m.labels)
	return nil
}
