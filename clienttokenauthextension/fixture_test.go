// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenauthextension/internal/metadatatest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/statustest"
)

const (
	one  = "client-token-one-1234"
	two  = "client-token-two-1234"
	shop = "https://shop.example.com"
	evil = "https://evil.example"
)

// fixture is an extension with everything around it that a test looks at.
type fixture struct {
	*authenticator
	host      *statustest.Host
	logs      *observer.ObservedLogs
	telemetry *componenttest.Telemetry
	clock     *clock
}

// newFixture starts an extension on testdata/senders.yaml, unless a change names another file.
func newFixture(t *testing.T, changes ...func(*Config)) *fixture {
	t.Helper()
	f := newStoppedFixture(t, zap.NewNop(), changes...)
	require.NoError(t, f.Start(t.Context(), f.host))
	return f
}

func newStoppedFixture(t *testing.T, logger *zap.Logger, changes ...func(*Config)) *fixture {
	t.Helper()
	observed, logs := observer.New(zapcore.DebugLevel)
	telemetry := componenttest.NewTelemetry()
	ctx := context.WithoutCancel(t.Context()) // that of a test has ended when it is cleaned up
	t.Cleanup(func() { require.NoError(t, telemetry.Shutdown(ctx)) })
	set := metadatatest.NewSettings(telemetry)
	set.Logger = zap.New(zapcore.NewTee(observed, logger.Core()))

	cfg := createDefaultConfig().(*Config)
	usingFile("testdata/senders.yaml")(cfg)
	for _, change := range changes {
		change(cfg)
	}
	a, err := newAuthenticator(set, cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, a.Shutdown(ctx)) })

	c := &clock{at: time.Date(2029, 6, 1, 0, 0, 0, 0, time.UTC)}
	a.now, a.originLog.now = c.now, c.now
	a.adviser.last = c.now() // today's is told
	return &fixture{authenticator: a, host: &statustest.Host{}, logs: logs, telemetry: telemetry, clock: c}
}

func usingFile(path string) func(*Config) {
	return func(cfg *Config) {
		cfg.Registry.File = configoptional.Some(FileConfig{Path: filepath.FromSlash(path)})
	}
}

func reporting(cfg *Config) {
	cfg.OriginMode = OriginModeReport
}

// counted returns how often each outcome was counted; those that never were are left out.
func (f *fixture) counted(t *testing.T) map[string]int64 {
	t.Helper()
	counts := map[string]int64{}
	metric, err := f.telemetry.GetMetric("otelcol_extension_client_token_auth_requests")
	if err != nil {
		return counts // nothing counted yet
	}
	for _, point := range metric.Data.(metricdata.Sum[int64]).DataPoints {
		outcome, _ := point.Attributes.Value(attribute.Key("outcome"))
		counts[outcome.AsString()] = point.Value
	}
	return counts
}

// clock is a time that stands still until it is set.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

func (c *clock) pass(d time.Duration) {
	c.set(c.now().Add(d))
}

// headers makes the headers of an HTTP request from names and values in turn.
func headers(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Add(pairs[i], pairs[i+1])
	}
	return h
}

// from returns the headers of a request with the secret of a token, and an Origin unless that is empty.
func from(token, origin string) http.Header {
	h := headers("X-Client-Token", secretOf(token))
	if origin != "" {
		h.Set("Origin", origin)
	}
	return h
}

func secretOf(token string) string {
	return "test-secret-" + token
}

// everyEscaped escapes every character, also those that need none.
func everyEscaped(s string) string {
	const hex = "0123456789abcdef"
	var b strings.Builder
	for i := range len(s) {
		b.Write([]byte{'%', hex[s[i]>>4], hex[s[i]&15]})
	}
	return b.String()
}
