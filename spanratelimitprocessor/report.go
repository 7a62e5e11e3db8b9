// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"context"

	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/spanratelimitprocessor/internal/metadata"
)

// report counts decisions. Its label sets are made once: there are only as many as decisions have kinds.
type report struct {
	telemetry *metadata.TelemetryBuilder
	admitted  metric.MeasurementOption
	unknown   metric.MeasurementOption // admitted without an identity
	refused   map[string]metric.MeasurementOption
}

// Values of the label scope that are not a window's scope.
const (
	scopeBatch    = "batch"
	scopeIdentity = "identity"
)

func newReport(set processor.Settings) (*report, error) {
	telemetry, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	labels := func(decision, scope string) metric.MeasurementOption {
		return metric.WithAttributeSet(attribute.NewSet(
			attribute.String("processor", set.ID.String()),
			attribute.String("decision", decision),
			attribute.String("scope", scope),
		))
	}
	r := &report{
		telemetry: telemetry,
		admitted:  labels("admitted", window.None.String()),
		unknown:   labels("admitted", scopeIdentity),
		refused:   map[string]metric.MeasurementOption{},
	}
	for _, scope := range []string{window.Token.String(), window.Organization.String(), scopeBatch, scopeIdentity} {
		r.refused[scope] = labels("refused", scope)
	}
	return r, nil
}

// decided counts what became of a batch whose sender is known.
func (r *report) decided(ctx context.Context, d window.Decision, spans int) {
	switch d.Outcome {
	case window.Admitted:
		r.add(ctx, r.admitted, spans)
	case window.TooLarge:
		r.add(ctx, r.refused[scopeBatch], spans)
	default:
		r.add(ctx, r.refused[d.Scope.String()], spans)
	}
}

// unidentified counts a batch nobody is known to have sent.
func (r *report) unidentified(ctx context.Context, admitted bool, spans int) {
	if admitted {
		r.add(ctx, r.unknown, spans)
		return
	}
	r.add(ctx, r.refused[scopeIdentity], spans)
}

func (r *report) add(ctx context.Context, labels metric.MeasurementOption, spans int) {
	r.telemetry.ProcessorSpanRateLimitRequests.Add(ctx, 1, labels)
	r.telemetry.ProcessorSpanRateLimitSpans.Add(ctx, int64(spans), labels)
}
