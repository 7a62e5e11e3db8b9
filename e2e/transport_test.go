// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const bare = "secret-of-the-bare-token"

// carriers are all the ways in which design names a request may carry its token.
var carriers = []struct {
	name   string
	header map[string]string
}{
	{"own header", map[string]string{"X-Client-Token": bare}},
	{"own header with Bearer", map[string]string{"X-Client-Token": "Bearer " + bare}},
	{"Mackerel's", map[string]string{"X-Mackerel-Client-Token": bare}},
	{"Last9's", map[string]string{"X-LAST9-API-TOKEN": "Bearer " + bare}},
	{"Authorization", map[string]string{"Authorization": "Bearer " + bare}},
	{"authorization in lower case", map[string]string{"authorization": "bearer " + bare}},
	{"Basic beside the token", map[string]string{"Authorization": "Basic dXNlcjpwYXNz", "X-Client-Token": bare}},
	{"twice the same", map[string]string{"Authorization": "Bearer " + bare, "X-Client-Token": bare}},
}

func TestHTTPEncodingsAndHeaders(t *testing.T) {
	t.Parallel()
	c := startCollector(t)
	sent := 0
	for _, base := range []string{c.middleware, c.auth, c.both} {
		for _, carrier := range carriers {
			for _, encoding := range []string{contentJSON, contentProtobuf} {
				for _, compressed := range []bool{false, true} {
					header, body := http.Header{"Content-Type": {encoding}}, spansJSON(t, 1)
					if encoding == contentProtobuf {
						body = spansProtobuf(t, 1)
					}
					if compressed {
						header.Set("Content-Encoding", "gzip")
						body = zipped(t, body)
					}
					for key, value := range carrier.header {
						header.Set(key, value)
					}
					a := postBody(t, base+"/v1/traces", header, body)
					assert.Equal(t, http.StatusOK, a.status, "%s %s gzip=%v: %s", carrier.name, encoding, compressed, a.text)
					sent++
				}
			}
		}
	}
	assert.Equal(t, sent, c.sink.spans())
}

func TestQueryParameter(t *testing.T) {
	t.Parallel()
	c := startCollector(t)
	header := http.Header{"Content-Type": {contentJSON}}
	query := "/v1/traces?client_token=" + url.QueryEscape(bare)
	assert.Equal(t, http.StatusOK, postBody(t, c.middleware+query, header.Clone(), spansJSON(t, 1)).status)
	assert.Equal(t, http.StatusOK, postBody(t, c.auth+query, header.Clone(), spansJSON(t, 1)).status)
	a := postBody(t, c.middleware+query+"x", header.Clone(), spansJSON(t, 1))
	assert.Equal(t, http.StatusUnauthorized, a.status)
	assert.Equal(t, "TOKEN_INVALID", a.reason())
	assert.Equal(t, 2, c.sink.spans())
}

// opentelemetry-go stands for the native SDKs.
func TestOpenTelemetryGo(t *testing.T) {
	t.Parallel()
	c := startCollector(t)
	sent := 0
	for _, carrier := range carriers {
		overGRPC, err := otlptracegrpc.New(t.Context(), otlptracegrpc.WithEndpoint(c.grpc), otlptracegrpc.WithInsecure(),
			otlptracegrpc.WithHeaders(carrier.header), otlptracegrpc.WithCompressor("gzip"))
		require.NoError(t, err)
		overHTTP, err := otlptracehttp.New(t.Context(), otlptracehttp.WithEndpointURL(c.middleware+"/v1/traces"),
			otlptracehttp.WithHeaders(carrier.header))
		require.NoError(t, err)
		overMiddleware, err := otlptracegrpc.New(t.Context(), otlptracegrpc.WithEndpoint(c.grpcMiddleware),
			otlptracegrpc.WithInsecure(), otlptracegrpc.WithHeaders(carrier.header))
		require.NoError(t, err)
		for _, exporter := range []*otlptrace.Exporter{overGRPC, overMiddleware, overHTTP} {
			require.NoError(t, export(t, exporter, "span"), carrier.name)
			sent++
		}
	}
	assert.Equal(t, sent, c.sink.spans())
}

func TestGRPCRefusals(t *testing.T) {
	t.Parallel()
	c := startCollector(t)
	tests := []struct {
		name   string
		header map[string]string
		code   codes.Code
	}{
		{"missing", nil, codes.Unauthenticated},
		{"unknown", map[string]string{"X-Client-Token": "nobody-knows-this-secret"}, codes.Unauthenticated},
		{"web token without origin", map[string]string{"X-Client-Token": "secret-of-the-web-token"}, codes.PermissionDenied},
		{"metrics only", map[string]string{"X-Client-Token": meter}, codes.PermissionDenied},
		{"limit 0", map[string]string{"X-Client-Token": "secret-of-the-zero-token"}, codes.PermissionDenied},
	}
	for _, tt := range tests {
		for _, endpoint := range []string{c.grpc, c.grpcMiddleware} {
			exporter, err := otlptracegrpc.New(t.Context(), otlptracegrpc.WithEndpoint(endpoint), otlptracegrpc.WithInsecure(),
				otlptracegrpc.WithHeaders(tt.header))
			require.NoError(t, err)
			assert.Equal(t, tt.code, status.Code(export(t, exporter, "span")), tt.name)
		}
	}
	assert.Zero(t, c.sink.spans())
}

func export(t *testing.T, exporter *otlptrace.Exporter, name string) error {
	t.Helper()
	span := tracetest.SpanStub{Name: name}.Snapshot()
	err := exporter.ExportSpans(t.Context(), []sdktrace.ReadOnlySpan{span})
	require.NoError(t, exporter.Shutdown(t.Context()))
	return err
}
