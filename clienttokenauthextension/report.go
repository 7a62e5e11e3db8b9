// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"context"
	"errors"
	"sync/atomic"

	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenauthextension/internal/metadata"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/admission"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// report counts outcomes and reloads. Requests are counted in plain counters that are read when metrics are collected:
// adding to an instrument costs half a microsecond, as much as the check itself.
//
// The callbacks stay registered when the extension has shut down, since the Collector's telemetry, which ends after
// it, has yet to collect what was counted last.
type report struct {
	requests       [admission.NumOutcomes]atomic.Int64
	shedSpans      atomic.Int64 // estimated
	reloads        metric.Int64Counter
	reloaded, kept metric.MeasurementOption
}

func newReport(set extension.Settings, tokens *registry.Registry, a *adviser) (*report, error) {
	telemetry, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	instance := attribute.String("extension", set.ID.String())
	labels := func(more ...attribute.KeyValue) metric.MeasurementOption {
		return metric.WithAttributeSet(attribute.NewSet(append(more, instance)...))
	}
	r := &report{
		reloads:  telemetry.ExtensionClientTokenAuthRegistryReloads,
		reloaded: labels(attribute.String("result", "ok")),
		kept:     labels(attribute.String("result", "failed")),
	}
	return r, errors.Join(
		telemetry.RegisterExtensionClientTokenAuthRequestsCallback(r.observeRequests(labels)),
		telemetry.RegisterExtensionClientTokenAuthShedSpansEstimatedCallback(r.observeShedSpans(labels())),
		telemetry.RegisterExtensionClientTokenAuthTokensCallback(observeTokens(tokens, labels())),
		telemetry.RegisterExtensionClientTokenAuthRegistryAgeCallback(observeAge(tokens, labels())),
		telemetry.RegisterExtensionClientTokenAuthTokenWarningsCallback(observeWarnings(a, labels)),
	)
}

// observeRequests reports the outcomes there have been. Its label sets are made once: nothing a client sends becomes a
// label.
func (r *report) observeRequests(labels func(...attribute.KeyValue) metric.MeasurementOption) metric.Int64Callback {
	var outcomes [admission.NumOutcomes]metric.MeasurementOption
	for o := range admission.NumOutcomes {
		outcomes[o] = labels(attribute.String("outcome", o.Verdict().Label))
	}
	return func(_ context.Context, observer metric.Int64Observer) error {
		for o := range admission.NumOutcomes {
			if n := r.requests[o].Load(); n > 0 {
				observer.Observe(n, outcomes[o])
			}
		}
		return nil
	}
}

func (r *report) observeShedSpans(labels metric.MeasurementOption) metric.Int64Callback {
	return func(_ context.Context, observer metric.Int64Observer) error {
		if r.requests[admission.Shed].Load() > 0 {
			observer.Observe(r.shedSpans.Load(), labels)
		}
		return nil
	}
}

func observeTokens(tokens *registry.Registry, labels metric.MeasurementOption) metric.Int64Callback {
	return func(_ context.Context, observer metric.Int64Observer) error {
		observer.Observe(int64(tokens.Len()), labels)
		return nil
	}
}

func observeAge(tokens *registry.Registry, labels metric.MeasurementOption) metric.Float64Callback {
	return func(_ context.Context, observer metric.Float64Observer) error {
		observer.Observe(tokens.Age().Seconds(), labels)
		return nil
	}
}

func observeWarnings(a *adviser, labels func(...attribute.KeyValue) metric.MeasurementOption) metric.Int64Callback {
	var options [len(kinds)]metric.MeasurementOption
	for i, kind := range kinds {
		options[i] = labels(attribute.String("warning", string(kind)))
	}
	return func(_ context.Context, observer metric.Int64Observer) error {
		for i := range kinds {
			observer.Observe(a.counts[i].Load(), options[i])
		}
		return nil
	}
}

func (r *report) request(o admission.Outcome) {
	r.requests[o].Add(1)
}

// shed counts a request that was not read, and what it probably held.
func (r *report) shed(spans int64) {
	r.request(admission.Shed)
	r.shedSpans.Add(spans)
}

func (r *report) reload(err error) {
	labels := r.reloaded
	if err != nil {
		labels = r.kept
	}
	r.reloads.Add(context.Background(), 1, labels)
}
