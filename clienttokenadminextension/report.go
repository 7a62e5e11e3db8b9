// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenadminextension

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenadminextension/internal/metadata"
)

// report counts requests and notifications.
type report struct {
	extension     attribute.KeyValue
	requests      metric.Int64Counter
	notifications metric.Int64Counter
}

func newReport(set extension.Settings) (*report, error) {
	telemetry, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	return &report{
		attribute.String("extension", set.ID.String()),
		telemetry.ExtensionClientTokenAdminRequests, telemetry.ExtensionClientTokenAdminNotifications,
	}, nil
}

var methods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
}

// request takes nothing that a client could make up for a label.
func (r *report) request(method string, status int) {
	if !slices.Contains(methods, method) {
		method = "OTHER"
	}
	classes := []string{"2xx", "3xx", "4xx", "5xx"}
	r.requests.Add(context.Background(), 1, metric.WithAttributes(r.extension,
		attribute.String("method", method), attribute.String("status", classes[min(max(status/100-2, 0), 3)])))
}

// failures tell operators why answers were "unavailable", a line a minute at most: people try again and again.
type failures struct {
	logger *zap.Logger
	now    func() time.Time

	mu   sync.Mutex
	told time.Time
}

func newFailures(logger *zap.Logger) *failures {
	return &failures{logger: logger.WithOptions(zap.AddStacktrace(zap.DPanicLevel)), now: time.Now}
}

func (f *failures) tell(cause error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if now := f.now(); now.Sub(f.told) >= time.Minute {
		f.told = now
		f.logger.Error("a request could not be answered", zap.Error(cause))
	}
}
