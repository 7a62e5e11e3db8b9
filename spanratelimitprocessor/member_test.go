// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
	"google.golang.org/grpc/codes"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/statustest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/spanratelimitprocessor/internal/metadatatest"
)

// soon is how long a test waits for what must happen. It is no expectation.
const soon = 20 * time.Second

// member is a processor with its windows in Redis, in one or more pipelines, and all that it tells.
type member struct {
	t         *testing.T
	factory   processor.Factory
	settings  processor.Settings
	cfg       *Config
	logs      *observer.ObservedLogs
	telemetry *componenttest.Telemetry
}

func newMember(t *testing.T, edit func(*Config)) *member {
	t.Helper()
	core, logs := observer.New(zapcore.DebugLevel)
	telemetry := componenttest.NewTelemetry()
	t.Cleanup(func() { require.NoError(t, telemetry.Shutdown(context.WithoutCancel(t.Context()))) })
	set := metadatatest.NewSettings(telemetry)
	set.Logger = zap.New(core)
	return &member{t: t, factory: NewFactory(), settings: set, cfg: defaults(edit), logs: logs, telemetry: telemetry}
}

// place is a pipeline of a member.
type place struct {
	pipeline
	*member
	host *statustest.Host
}

func (m *member) create() *place {
	m.t.Helper()
	traces, err := m.factory.CreateTraces(m.t.Context(), m.settings, m.cfg, consumertest.NewNop())
	require.NoError(m.t, err)
	p := &place{pipeline: pipeline{Traces: traces, t: m.t}, member: m, host: &statustest.Host{}}
	p.stop = func() { require.NoError(m.t, traces.Shutdown(context.WithoutCancel(m.t.Context()))) }
	m.t.Cleanup(p.stop)
	return p
}

func (m *member) start() *place {
	m.t.Helper()
	p := m.create()
	require.NoError(m.t, p.Start(m.t.Context(), p.host))
	return p
}

// join starts a member with one pipeline.
func join(t *testing.T, s *redistest.Server, edit func(*Config)) *place {
	t.Helper()
	return newMember(t, in(s, edit)).start()
}

// admit sends a batch of spans and reports whether it was admitted.
func (p *place) admit(spans int, tokenLimit any) bool {
	p.member.t.Helper()
	return p.send(spans, tokenLimit).code == codes.OK
}

func (p *place) send(spans int, tokenLimit any) answerOf {
	p.member.t.Helper()
	return parse(p.member.t, p.ConsumeTraces(from(p.member.t, shop(tokenLimit, 1000)), traces(spans)))
}

// awaitStatus wants these events, and no others.
func (p *place) awaitStatus(want ...componentstatus.Status) {
	t := p.member.t
	t.Helper()
	require.Eventually(t, func() bool { return len(p.host.Statuses()) >= len(want) }, soon, 5*time.Millisecond, "%v", want)
	require.Equal(t, want, p.host.Statuses())
}

// awaitMode waits until the metric says so.
func (m *member) awaitMode(want int64) {
	m.t.Helper()
	require.Eventually(m.t, func() bool { return m.value("mode", "") == want }, soon, 5*time.Millisecond, "mode %d", want)
}

// value returns what a counter or gauge with our prefix says, under a result or under none; -1 if it isn't there.
func (m *member) value(name, result string) int64 {
	m.t.Helper()
	got, err := m.telemetry.GetMetric("otelcol_processor_span_rate_limit_" + name)
	if err != nil {
		return -1
	}
	var points []metricdata.DataPoint[int64]
	switch data := got.Data.(type) {
	case metricdata.Sum[int64]:
		points = data.DataPoints
	case metricdata.Gauge[int64]:
		points = data.DataPoints
	}
	for _, point := range points {
		if value, _ := point.Attributes.Value("result"); value.AsString() == result {
			return point.Value
		}
	}
	return -1
}

// awaitLines wants these lines, and no others.
func (m *member) awaitLines(want ...string) {
	m.t.Helper()
	var got []string
	require.Eventually(m.t, func() bool {
		got = nil
		for _, line := range m.logs.All() {
			got = append(got, line.Level.String()+": "+line.Message)
		}
		return len(got) >= len(want)
	}, soon, 5*time.Millisecond, "%v", want)
	assert.Equal(m.t, want, got)
}

const (
	awayLine = "warn: Redis does not answer as it should: deciding by on_redis_error until it does"
	backLine = "info: Redis answers again: limits are shared"
	lostLine = "warn: Redis has lost windows: what this collector admitted in the past minute is charged again"

	ok          = componentstatus.StatusOK
	recoverable = componentstatus.StatusRecoverableError
)
