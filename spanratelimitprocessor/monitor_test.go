// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/spanratelimitprocessor/internal/metadata"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/spanratelimitprocessor/internal/metadatatest"
)

// newMeteredMonitor returns the monitor of span_rate_limit/web, which is connected to nothing, and its telemetry.
func newMeteredMonitor(t *testing.T, edit func(*Config)) (*limiter, *componenttest.Telemetry) {
	t.Helper()
	telemetry := componenttest.NewTelemetry()
	t.Cleanup(func() { require.NoError(t, telemetry.Shutdown(context.WithoutCancel(t.Context()))) })
	set := metadatatest.NewSettings(telemetry)
	set.ID = component.NewIDWithName(metadata.Type, "web")
	l, err := newLimiter(set, defaults(edit))
	require.NoError(t, err)
	return l, telemetry
}

// web are the labels of span_rate_limit/web.
func web(more ...attribute.KeyValue) attribute.Set {
	return attribute.NewSet(append(more, attribute.String("processor", "span_rate_limit/web"))...)
}

func TestMonitorCalls(t *testing.T) {
	l, telemetry := newMeteredMonitor(t, withRedis(same))
	m := l.shared.monitor
	count := func() map[string]int64 {
		return map[string]int64{"ok": m.ok.Load(), "timeout": m.timeout.Load(), "error": m.failed.Load()}
	}
	for result, errs := range map[string][]error{
		"ok": {nil, nil, nil},
		"timeout": {
			context.DeadlineExceeded,
			redis.ErrPoolTimeout,
			&net.OpError{Op: "read", Err: os.ErrDeadlineExceeded},
			fmt.Errorf("dial: %w", context.DeadlineExceeded),
		},
		"error": {errors.New("WRONGTYPE"), &net.OpError{Op: "dial", Err: errors.New("connection refused")}},
	} {
		want := count()
		want[result] += int64(len(errs))
		for _, err := range errs {
			m.Called(err, time.Second/64)
		}
		assert.Equal(t, want, count())
	}
	result := func(name string) attribute.Set { return web(attribute.String("result", name)) }
	metadatatest.AssertEqualProcessorSpanRateLimitRedisCalls(t, telemetry, []metricdata.DataPoint[int64]{
		{Attributes: result("ok"), Value: 3},
		{Attributes: result("timeout"), Value: 4},
		{Attributes: result("error"), Value: 2},
	}, metricdatatest.IgnoreTimestamp())
	metadatatest.AssertEqualProcessorSpanRateLimitRedisCallDuration(t, telemetry, []metricdata.HistogramDataPoint[float64]{{
		Attributes:   web(),
		Count:        9,
		Sum:          9. / 64,
		Min:          metricdata.NewExtrema(1. / 64),
		Max:          metricdata.NewExtrema(1. / 64),
		Bounds:       []float64{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1},
		BucketCounts: []uint64{0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0},
	}}, metricdatatest.IgnoreTimestamp(), metricdatatest.IgnoreExemplars())
}

func TestMonitorLeased(t *testing.T) {
	l, telemetry := newMeteredMonitor(t, withRedis(same))
	l.shared.monitor.Leased(5)
	l.shared.monitor.Leased(7)
	metadatatest.AssertEqualProcessorSpanRateLimitLeasedSpans(t, telemetry,
		[]metricdata.DataPoint[int64]{{Attributes: web(), Value: 12}}, metricdatatest.IgnoreTimestamp())
}

func TestMonitorMode(t *testing.T) {
	l, telemetry := newMeteredMonitor(t, withRedis(same))
	m := l.shared.monitor
	for _, step := range []struct {
		change func()
		want   int64
	}{
		{func() {}, 0},
		{func() { m.Away("a", errRefused) }, 1},
		{func() { m.Away("b", errRefused) }, 1},
		{func() { m.Back("a") }, 1},
		{func() { m.Back("b") }, 0},
	} {
		step.change()
		metadatatest.AssertEqualProcessorSpanRateLimitMode(t, telemetry,
			[]metricdata.DataPoint[int64]{{Attributes: web(), Value: step.want}}, metricdatatest.IgnoreTimestamp())
	}
}

// Who has no Redis has no metrics about it.
func TestMonitorOnlyWithRedis(t *testing.T) {
	_, telemetry := newMeteredMonitor(t, same)
	for _, name := range []string{"redis_calls", "redis_call_duration", "leased_spans", "mode"} {
		_, err := telemetry.GetMetric("otelcol_processor_span_rate_limit_" + name)
		assert.Error(t, err, name)
	}
}
