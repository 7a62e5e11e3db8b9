// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// marker stands for a secret. Its parts would tell as much, so all of them are looked for.
const marker = "ctMarkerOfASecret12345678901234567890123456789012345678901234567"

func TestSecretsStaySecret(t *testing.T) {
	tokens := func(fields string) string {
		return "organizations: [{id: acme}]\n" +
			"tokens: [{id: shop-web, organization: acme, secret: " + marker + ", " + fields + "}]\n"
	}
	tests := []struct{ name, file, config, query string }{
		{"accepted", tokens("kind: mobile"), "", ""},
		{"unknown", good, "", ""},
		{"disabled", tokens("kind: web, disabled: true"), "", ""},
		{"expired", tokens("kind: web, expires_at: 2020-01-01T00:00:00Z"), "", ""},
		{"origin denied", tokens(`kind: web, allowed_origins: ["https://other.example"]`), "", ""},
		{"origin reported", tokens(`kind: web, allowed_origins: ["https://other.example"]`), "report", ""},
		{"signal denied", tokens("kind: web, signals: [logs]"), "", ""},
		{"in the query", tokens("kind: web, signals: [logs]"), "", "client_token=" + marker},
		{"ambiguous", tokens("kind: web"), "", "client_token=" + marker + "2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "tokens.yaml")
			write(t, path, tt.file)
			logged, logger := jsonLogger()
			f := newStoppedFixture(t, logger, usingFile(path), func(cfg *Config) {
				if tt.config != "" {
					cfg.OriginMode = OriginMode(tt.config)
				}
			})
			require.NoError(t, f.Start(t.Context(), f.host))
			for _, origin := range []string{shop, marker, ""} {
				f.assertSilent(t, origin, tt.query)
			}
			assertNoMarker(t, logged.String())
			assertNoMarker(t, f.everyMetric(t))
		})
	}
}

// assertSilent sends the marker as token in both ways, and looks at all that comes back.
func (f *fixture) assertSilent(t *testing.T, origin, query string) {
	t.Helper()
	sent := headers("Authorization", "Bearer "+marker)
	if origin != "" {
		sent.Set("Origin", origin)
	}
	ctx, err := f.Authenticate(t.Context(), sent)
	assertNoMarker(t, fmt.Sprintf("%v %+v %#v", err, err, attributesOfContext(client.FromContext(ctx))))
	handler, passed := f.handler(t)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/traces", http.NoBody)
	r.Header, r.URL.RawQuery = sent, query
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	assertNoMarker(t, fmt.Sprint(w.Body.String(), w.Header()))
	for _, info := range *passed {
		assertNoMarker(t, fmt.Sprint(attributesOfContext(info)))
	}
}

func TestMisplacedSecretsStaySecret(t *testing.T) {
	fields := map[string]string{"id": "shop-web", "organization": "acme", "kind": "web", "secret": "test-secret-shop-web"}
	misplaced := []string{
		"id", "organization", "kind", "name", "environment", "origin_mode", "spans_per_minute", "disabled", "expires_at",
		"allowed_origins", "signals", "secrets", "sha256", marker,
	}
	for _, field := range misplaced {
		t.Run(strings.ReplaceAll(field, marker, "a field's name"), func(t *testing.T) {
			text := "organizations: [{id: acme}]\ntokens:\n  - comment: none\n"
			for name, value := range fields {
				if name != field {
					text += "    " + name + ": " + value + "\n"
				}
			}
			value := marker
			switch field {
			case "allowed_origins", "signals":
				value = "[" + marker + "]"
			case "secrets":
				value = "[{sha256: " + marker + "}]"
			case "name", "environment":
				value = "\"" + marker + "\\n\""
			}
			text += "    " + field + ": " + value + "\n"

			path := filepath.Join(t.TempDir(), "tokens.yaml")
			write(t, path, text)
			logged, logger := jsonLogger()
			f := newStoppedFixture(t, logger, usingFile(path))
			err := f.Start(t.Context(), f.host)
			require.Error(t, err)
			assertNoMarker(t, err.Error())
			f.reloaded(f.host, err)
			assertNoMarker(t, logged.String())
			assertNoMarker(t, f.host.Events()[0].Err().Error())
		})
	}
}

func jsonLogger() (*bytes.Buffer, *zap.Logger) {
	var logged bytes.Buffer
	encoder := zapcore.NewJSONEncoder(zap.NewDevelopmentEncoderConfig())
	return &logged, zap.New(zapcore.NewCore(encoder, zapcore.AddSync(&logged), zapcore.DebugLevel))
}

func assertNoMarker(t *testing.T, text string) {
	t.Helper()
	for i := 0; i+12 <= len(marker); i += 6 {
		assert.NotContains(t, text, marker[i:i+12])
	}
}

func attributesOfContext(info client.Info) map[string]any {
	if info.Auth == nil {
		return nil
	}
	return attributesOf(info.Auth)
}

func (f *fixture) everyMetric(t *testing.T) string {
	t.Helper()
	var all metricdata.ResourceMetrics
	require.NoError(t, f.telemetry.Reader.Collect(t.Context(), &all))
	text := fmt.Sprintf("%+v", all)
	require.Contains(t, text, "client_token_auth_requests")
	return text
}
