// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/processor"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/spanratelimitprocessor/internal/metadata"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/spanratelimitprocessor/internal/metadatatest"
)

// BenchmarkProcessTraces decides batches of 30 spans, as browsers send, with metrics on.
func BenchmarkProcessTraces(b *testing.B) {
	for _, bench := range []struct {
		name     string
		auth     client.AuthData
		admitted bool
	}{
		{"admitted", own("t-web", new(int64(token.MaxLimit))), true},
		{"admitted/recorded", recorded("t-web", new(int64(token.MaxLimit))), true},
		{"admitted/client", ownClient(token.MaxLimit), true},
		{"admitted/foreign", own("T-WEB", new(int64(token.MaxLimit))), true},
		{"unlimited", own("t-web", nil), true},
		{"refused/over", own("t-web", new(int64(30))), false},
		{"refused/client", ownClient(30), false},
		{"refused/large", own("t-web", new(int64(29))), false},
		{"refused/zero", own("t-web", new(int64(0))), false},
		{"refused/identity", nil, false},
	} {
		b.Run(bench.name, func(b *testing.B) { benchmarkProcessTraces(b, bench.auth, bench.admitted) })
	}
}

func own(id string, limit *int64) client.AuthData {
	return identity.New(nil, holder(id, limit), "https://shop.example")
}

// recorded is own, and counted.
func recorded(id string, limit *int64) client.AuthData {
	h := holder(id, limit)
	h.Metered(usage.NewRecorder(nil, time.Now, func(error) {}))
	return identity.New(nil, h, "https://shop.example")
}

func holder(id string, limit *int64) *identity.Holder {
	return identity.NewHolder(&token.Token{ID: id, SpansPerMinute: limit},
		identity.NewOwner(&token.Organization{ID: "shop", SpansPerMinute: limit}))
}

func ownClient(limit int64) client.AuthData {
	return limitsOf(limit, token.MaxLimit, token.MaxLimit).holding().from(1)
}

func benchmarkProcessTraces(b *testing.B, auth client.AuthData, admitted bool) {
	b.Helper()
	l, err := newLimiter(meteredSettings(b), defaults(same))
	require.NoError(b, err)
	if admitted {
		l.clock = hurried(l.clock)
	}
	ctx, td := from(b, auth), traces(30)
	_, _ = l.processTraces(ctx, td) // uses a limit of 30 up
	b.ReportAllocs()
	for b.Loop() {
		if _, err = l.processTraces(ctx, td); admitted != (err == nil) {
			b.Fatal(err)
		}
	}
}

// hurried returns a clock that gains on another, so that no limit is ever used up, and entries leave all the time.
func hurried(clock func() time.Duration) func() time.Duration {
	gained := time.Duration(0)
	return func() time.Duration {
		gained += 10 * time.Millisecond
		return clock() + gained
	}
}

func meteredSettings(b *testing.B) processor.Settings {
	b.Helper()
	telemetry := componenttest.NewTelemetry()
	b.Cleanup(func() { require.NoError(b, telemetry.Shutdown(context.WithoutCancel(b.Context()))) })
	set := metadatatest.NewSettings(telemetry)
	require.Equal(b, metadata.Type, set.ID.Type())
	return set
}
