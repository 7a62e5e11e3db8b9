// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync/atomic"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/spanratelimitprocessor/internal/metadata"
)

// report counts decisions in plain counters that are read when metrics are collected: adding to an instrument costs
// half a microsecond, a tenth of what a small batch costs otherwise. There are only as many as decisions have kinds.
//
// The callbacks stay registered when the processor has shut down, since the Collector's telemetry, which ends after
// it, has yet to collect what was counted last.
type report struct {
	admitted *tally
	unknown  *tally // admitted without an identity
	refused  map[string]*tally
}

// tally is what became of batches of one kind.
type tally struct {
	requests, spans atomic.Int64
	labels          metric.MeasurementOption
}

// Values of the label scope that are not a window's scope.
const (
	scopeBatch    = "batch"
	scopeIdentity = "identity"
)

func newReport(telemetry *metadata.TelemetryBuilder, id component.ID) (*report, error) {
	newTally := func(decision, scope string) *tally {
		return &tally{labels: metric.WithAttributeSet(attribute.NewSet(
			attribute.String("processor", id.String()),
			attribute.String("decision", decision),
			attribute.String("scope", scope),
		))}
	}
	r := &report{
		admitted: newTally("admitted", window.None.String()),
		unknown:  newTally("admitted", scopeIdentity),
		refused:  map[string]*tally{},
	}
	for _, scope := range []string{
		window.None.String(), window.Client.String(), window.Token.String(), window.Organization.String(),
		scopeBatch, scopeIdentity,
	} {
		r.refused[scope] = newTally("refused", scope)
	}
	return r, errors.Join(
		telemetry.RegisterProcessorSpanRateLimitRequestsCallback(r.observe(func(t *tally) *atomic.Int64 { return &t.requests })),
		telemetry.RegisterProcessorSpanRateLimitSpansCallback(r.observe(func(t *tally) *atomic.Int64 { return &t.spans })),
	)
}

// observe returns a callback that reports one counter of each kind of decision that was ever made.
func (r *report) observe(counter func(*tally) *atomic.Int64) metric.Int64Callback {
	tallies := slices.AppendSeq([]*tally{r.admitted, r.unknown}, maps.Values(r.refused))
	return func(_ context.Context, o metric.Int64Observer) error {
		for _, t := range tallies {
			if t.requests.Load() > 0 {
				o.Observe(counter(t).Load(), t.labels)
			}
		}
		return nil
	}
}

// decided counts what became of a batch whose sender is known.
func (r *report) decided(d window.Decision, spans int) {
	switch d.Outcome {
	case window.Admitted:
		r.admitted.add(spans)
	case window.TooLarge:
		r.refused[scopeBatch].add(spans)
	default:
		r.refused[d.Scope.String()].add(spans)
	}
}

// unidentified counts a batch nobody is known to have sent.
func (r *report) unidentified(admitted bool, spans int) {
	if admitted {
		r.unknown.add(spans)
		return
	}
	r.refused[scopeIdentity].add(spans)
}

func (t *tally) add(spans int) {
	t.requests.Add(1)
	t.spans.Add(int64(spans))
}
