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

// A beacon of a string is text/plain, one of a form is that: neither is OTLP. Where auth: refuses the Collector can't
// answer in such a type.
func TestBeaconsOfOtherTypes(t *testing.T) {
	t.Parallel()
	c := startCollector(t)
	tests := []struct {
		base, token string
		status      int
	}{
		{c.middleware, bare, http.StatusUnsupportedMediaType},
		{c.auth, bare, http.StatusUnsupportedMediaType},
		{c.middleware, "nobody-knows-this-secret", http.StatusUnauthorized},
		{c.auth, "nobody-knows-this-secret", http.StatusInternalServerError},
	}
	for _, tt := range tests {
		for _, contentType := range []string{"text/plain;charset=UTF-8", "application/x-www-form-urlencoded;charset=UTF-8"} {
			header := http.Header{"Content-Type": {contentType}}
			a := postBody(t, tt.base+"/v1/traces?client_token="+tt.token, header, spansJSON(t, 1))
			assert.Equal(t, tt.status, a.status, "%s: %s", contentType, a.text)
		}
	}
	assert.Zero(t, c.sink.spans())
}

// opentelemetry-go stands for the native SDKs.
func TestOpenTelemetryGo(t *testing.T) {
	t.Parallel()
	c := startCollector(t)
	sent := 0
	for _, carrier := range carriers {
		for _, exporter := range c.exporters(t, carrier.header) {
			require.NoError(t, export(t, exporter, "span"), carrier.name)
			sent++
		}
	}
	assert.Equal(t, sent, c.sink.spans())
}

// An app has no Origin, and may say which app it is.
func TestMobile(t *testing.T) {
	t.Parallel()
	c := startCollector(t)
	accepted := 0
	for _, tt := range []struct {
		name, key, origin string
		refused           bool
	}{
		{name: "no origin"},
		{name: "its own", key: "X-LAST9-ORIGIN", origin: anApp},
		{name: "its own, as Origin", key: "Origin", origin: anApp},
		{name: "another app's", key: "X-LAST9-ORIGIN", origin: "ios://com.example.other", refused: true},
		{name: "a page's", key: "Origin", origin: elsewhere, refused: true},
	} {
		header := map[string]string{"X-Client-Token": app}
		if tt.key != "" {
			header[tt.key] = tt.origin
		}
		for _, exporter := range c.exporters(t, header) {
			err := export(t, exporter, "span")
			if tt.refused {
				require.ErrorContains(t, err, tt.origin, tt.name)
				continue
			}
			require.NoError(t, err, tt.name)
			accepted++
			require.Len(t, c.sink.all(), accepted)
			assertStamped(t, c.sink.all()[accepted-1],
				map[string]string{"token_id": "app", "organization_id": "acme", "environment": "production"})
		}
	}
	assert.Len(t, c.sink.all(), accepted)
}

// exporters send over gRPC, behind auth: and behind the middleware, and over HTTP.
func (c *collector) exporters(t *testing.T, header map[string]string) []*otlptrace.Exporter {
	t.Helper()
	overGRPC, err := otlptracegrpc.New(t.Context(), otlptracegrpc.WithEndpoint(c.grpc), otlptracegrpc.WithInsecure(),
		otlptracegrpc.WithHeaders(header), otlptracegrpc.WithCompressor("gzip"))
	require.NoError(t, err)
	overMiddleware, err := otlptracegrpc.New(t.Context(), otlptracegrpc.WithEndpoint(c.grpcMiddleware),
		otlptracegrpc.WithInsecure(), otlptracegrpc.WithHeaders(header))
	require.NoError(t, err)
	overHTTP, err := otlptracehttp.New(t.Context(), otlptracehttp.WithEndpointURL(c.middleware+"/v1/traces"),
		otlptracehttp.WithHeaders(header))
	require.NoError(t, err)
	return []*otlptrace.Exporter{overGRPC, overMiddleware, overHTTP}
}

func export(t *testing.T, exporter *otlptrace.Exporter, name string) error {
	t.Helper()
	span := tracetest.SpanStub{Name: name}.Snapshot()
	err := exporter.ExportSpans(t.Context(), []sdktrace.ReadOnlySpan{span})
	require.NoError(t, exporter.Shutdown(t.Context()))
	return err
}
