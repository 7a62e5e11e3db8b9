// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/spanratelimitprocessor/internal/metadata"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/spanratelimitprocessor/internal/metadatatest"
)

// newMeteredLimiter returns a limiter of span_rate_limit/web whose time stands still, and its telemetry.
func newMeteredLimiter(t *testing.T, mode MissingIdentity) (*limiter, *componenttest.Telemetry) {
	t.Helper()
	telemetry := componenttest.NewTelemetry()
	t.Cleanup(func() { require.NoError(t, telemetry.Shutdown(context.WithoutCancel(t.Context()))) })
	set := metadatatest.NewSettings(telemetry)
	set.ID = component.NewIDWithName(metadata.Type, "web")
	l, err := newLimiter(set, defaults(func(c *Config) { c.MissingIdentity = mode }))
	require.NoError(t, err)
	l.clock = func() time.Duration { return 0 }
	return l, telemetry
}

// sum is what one label set has counted.
type sum struct {
	decision, scope string
	requests, spans int64
}

func TestReport(t *testing.T) {
	for name, tt := range map[string]struct {
		mode  MissingIdentity
		auth  []client.AuthData // who sends one batch of 4 spans each
		wants []sum
	}{
		"admitted":                  {"reject", []client.AuthData{shop(8, 8), shop(8, 8)}, []sum{{"admitted", "none", 2, 8}}},
		"without limit":             {"reject", []client.AuthData{shop(nil, nil)}, []sum{{"admitted", "none", 1, 4}}},
		"missing, rejected":         {"reject", []client.AuthData{nil, sender{}}, []sum{{"refused", "identity", 2, 8}}},
		"missing, allowed":          {"allow", []client.AuthData{nil, sender{}}, []sum{{"admitted", "identity", 2, 8}}},
		"unreadable":                {"allow", []client.AuthData{shop("", 8)}, []sum{{"refused", "identity", 1, 4}}},
		"batch above the token's":   {"reject", []client.AuthData{shop(3, nil)}, []sum{{"refused", "batch", 1, 4}}},
		"batch above the other's":   {"reject", []client.AuthData{shop(nil, 3)}, []sum{{"refused", "batch", 1, 4}}},
		"token zero":                {"reject", []client.AuthData{shop(0, 8)}, []sum{{"refused", "token", 1, 4}}},
		"organization zero":         {"reject", []client.AuthData{shop(8, 0)}, []sum{{"refused", "organization", 1, 4}}},
		"allowed, with an identity": {"allow", []client.AuthData{shop(8, 8)}, []sum{{"admitted", "none", 1, 4}}},
		"over the token's, and other": {
			"reject",
			[]client.AuthData{shop(7, 7), shop(7, 7), shop(9, 7), shop(7, 9), shop(7, 0), nil},
			[]sum{
				{"admitted", "none", 1, 4},
				{"refused", "token", 2, 8},
				{"refused", "organization", 2, 8},
				{"refused", "identity", 1, 4},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			l, telemetry := newMeteredLimiter(t, tt.mode)
			for _, auth := range tt.auth {
				_, _ = l.processTraces(from(t, auth), traces(4))
			}
			assertSums(t, telemetry, tt.wants)
		})
	}
}

func TestReportUnknown(t *testing.T) {
	l, telemetry := newMeteredLimiter(t, MissingIdentityAllow)
	l.windows = unreachable{}
	_, err := l.processTraces(from(t, shop(8, 8)), traces(4))
	require.Error(t, err)
	assertSums(t, telemetry, []sum{{"refused", "none", 1, 4}})
}

// assertSums wants these label sets, no others, and the same for requests and spans.
func assertSums(t *testing.T, telemetry *componenttest.Telemetry, wants []sum) {
	t.Helper()
	var requests, spans []metricdata.DataPoint[int64]
	for _, want := range wants {
		labels := attribute.NewSet(
			attribute.String("processor", "span_rate_limit/web"),
			attribute.String("decision", want.decision),
			attribute.String("scope", want.scope),
		)
		requests = append(requests, metricdata.DataPoint[int64]{Attributes: labels, Value: want.requests})
		spans = append(spans, metricdata.DataPoint[int64]{Attributes: labels, Value: want.spans})
	}
	ignore := metricdatatest.IgnoreTimestamp()
	metadatatest.AssertEqualProcessorSpanRateLimitRequests(t, telemetry, requests, ignore)
	metadatatest.AssertEqualProcessorSpanRateLimitSpans(t, telemetry, spans, ignore)
}

// However many tokens and organizations send: only the kinds of decisions are labels.
func TestReportCardinality(t *testing.T) {
	l, telemetry := newMeteredLimiter(t, MissingIdentityReject)
	for i := range 100 {
		auth := shop(4, 8).with("token_id", i).with("organization_id", i/3)
		_, _ = l.processTraces(from(t, auth), traces(4))
	}
	assertSums(t, telemetry, []sum{{"admitted", "none", 67, 268}, {"refused", "organization", 33, 132}})
}
