// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension // import "github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenauthextension"

import (
	"context"

	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenauthextension/internal/metadata"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// report counts outcomes and reloads. Its label sets are made once: nothing a client sends becomes a label.
type report struct {
	telemetry      *metadata.TelemetryBuilder
	requests       [numOutcomes]metric.MeasurementOption
	reloaded, kept metric.MeasurementOption
}

func newReport(set extension.Settings, file *registry.File) (*report, error) {
	telemetry, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	instance := attribute.String("extension", set.ID.String())
	labels := func(key, value string) metric.MeasurementOption {
		return metric.WithAttributeSet(attribute.NewSet(instance, attribute.String(key, value)))
	}
	r := &report{telemetry: telemetry, reloaded: labels("result", "ok"), kept: labels("result", "failed")}
	for o := range numOutcomes {
		r.requests[o] = labels("outcome", o.verdict().label)
	}
	return r, r.observe(file, metric.WithAttributeSet(attribute.NewSet(instance)))
}

// observe has the registry's size and age read whenever metrics are collected.
func (r *report) observe(file *registry.File, labels metric.MeasurementOption) error {
	err := r.telemetry.RegisterExtensionClientTokenAuthTokensCallback(
		func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(int64(len(file.Tokens())), labels)
			return nil
		})
	if err != nil {
		return err
	}
	return r.telemetry.RegisterExtensionClientTokenAuthRegistryAgeCallback(
		func(_ context.Context, o metric.Float64Observer) error {
			o.Observe(file.Age().Seconds(), labels)
			return nil
		})
}

func (r *report) request(ctx context.Context, o outcome) {
	r.telemetry.ExtensionClientTokenAuthRequests.Add(ctx, 1, r.requests[o])
}

func (r *report) reload(err error) {
	labels := r.reloaded
	if err != nil {
		labels = r.kept
	}
	r.telemetry.ExtensionClientTokenAuthRegistryReloads.Add(context.Background(), 1, labels)
}

func (r *report) shutdown() {
	r.telemetry.Shutdown()
}
