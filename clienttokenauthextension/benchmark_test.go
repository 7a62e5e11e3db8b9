// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/extension/extensiontest"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenauthextension/internal/metadata"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/statustest"
)

// BenchmarkCheck measures one check among 100,000 tokens, with metrics on.
func BenchmarkCheck(b *testing.B) {
	a := newLargeAuthenticator(b, 100_000)
	requests := []struct {
		name    string
		headers http.Header
	}{
		{"accepted", from("000077777", "https://shop-77777.example.com")},
		{"wildcard", from("000077777", "https://eu.shop.example.com")},
		{"unknown", from("nobody", shop)},
		{"denied", from("000077777", evil)},
	}
	for _, bm := range requests {
		b.Run("Authenticate/"+bm.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = a.Authenticate(b.Context(), bm.headers)
			}
		})
	}
	wrap, err := a.GetHTTPHandler(b.Context())
	require.NoError(b, err)
	handler, err := wrap(b.Context(), http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	require.NoError(b, err)
	for _, bm := range requests {
		b.Run("middleware/"+bm.name, func(b *testing.B) {
			r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/v1/traces", http.NoBody)
			r.Header = bm.headers
			w := &sink{header: http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				handler.ServeHTTP(w, r)
			}
		})
	}
}

// BenchmarkClients measures what it costs to find out which client has sent a request, beside a token for which nobody asks.
func BenchmarkClients(b *testing.B) {
	a := newMeasured(b, trusting("10.0.0.0/8", "192.168.0.0/16", "2001:db8::1"))
	for _, bm := range []struct{ name, token, peer string }{
		{"not asked for", "free", "192.0.2.7"}, {"peer", "fair", "192.0.2.7"}, {"behind a proxy", "fair", "10.0.0.1"},
	} {
		b.Run(bm.name, func(b *testing.B) {
			headers := from(bm.token, "")
			headers.Set("X-Forwarded-For", "198.51.100.1, 192.0.2.8")
			ctx := client.NewContext(b.Context(), client.Info{Addr: &net.IPAddr{IP: net.ParseIP(bm.peer)}})
			b.ReportAllocs()
			for b.Loop() {
				_, _ = a.Authenticate(ctx, headers)
			}
		})
	}
}

func newLargeAuthenticator(b *testing.B, tokens int) *authenticator {
	b.Helper()
	path := filepath.Join(b.TempDir(), "tokens.yaml")
	require.NoError(b, os.WriteFile(path, []byte(largeRegistry(tokens)), 0o600))
	return newMeasured(b, usingFile(path))
}

func newMeasured(b *testing.B, change func(*Config)) *authenticator {
	b.Helper()
	cfg := createDefaultConfig().(*Config)
	change(cfg)
	set := extensiontest.NewNopSettings(metadata.Type)
	meters := sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader()))
	set.MeterProvider = meters
	a, err := newAuthenticator(set, cfg)
	require.NoError(b, err)
	require.NoError(b, a.Start(b.Context(), &statustest.Host{}))
	b.Cleanup(func() { require.NoError(b, a.Shutdown(b.Context())) })
	return a
}

func largeRegistry(tokens int) string {
	var text strings.Builder
	text.WriteString("organizations: [{id: acme, spans_per_minute: 60000}]\ntokens:\n")
	for i := range tokens {
		fmt.Fprintf(&text, "  - {id: shop-%d, organization: acme, kind: web, spans_per_minute: 6000, "+
			"secret: test-secret-%09d, "+
			"allowed_origins: [\"https://shop-%d.example.com\", \"https://*.shop.example.com\"]}\n", i, i, i)
	}
	return text.String()
}
