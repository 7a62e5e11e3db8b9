// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configcompression"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.uber.org/goleak"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

var secret = "whsec_" + base64.StdEncoding.EncodeToString([]byte("thirty-two bytes of a test, fine"))

func poster(t *testing.T, endpoint string, edits ...func(*Config)) *Poster {
	t.Helper()
	c := NewDefaultConfig()
	c.ClientConfig.Endpoint, c.Secret = endpoint, configopaque.String(secret)
	for _, edit := range edits {
		edit(&c)
	}
	require.NoError(t, c.Validate())
	p, err := NewPoster(t.Context(), &c, componenttest.NewNopHost(), componenttest.NewNopTelemetrySettings())
	require.NoError(t, err)
	t.Cleanup(p.Close)
	return p
}

var event = notify.Event{
	ID: "audit-1764000000123-0", Kind: notify.Deleted, At: time.Date(2026, 11, 26, 1, 4, 24, 0, time.UTC), By: "cli:jo",
	Organization: notify.Subject{ID: "acme", Name: "Acme Inc."},
	Tokens:       []notify.Subject{{ID: "shop.web", Name: "Shop <1>"}},
}

// The receiver's part is done by the library that others wrote for it.
func TestPostsAreSigned(t *testing.T) {
	verifier, err := standardwebhooks.NewWebhook(secret)
	require.NoError(t, err)
	var got *http.Request
	var body []byte
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
	}))
	defer server.Close()
	p := poster(t, server.URL+"/hooks?a=b", func(c *Config) { c.ClientConfig.Headers.Set("Authorization", "Bearer x") })
	require.NoError(t, p.Post(t.Context(), &event, "https://console.example.com/"))

	require.NoError(t, verifier.Verify(body, got.Header))
	require.Error(t, verifier.Verify(append(body, ' '), got.Header))
	got.Header.Set("Webhook-Id", "another")
	require.Error(t, verifier.Verify(body, got.Header))

	assert.Equal(t, http.MethodPost, got.Method)
	assert.Equal(t, "/hooks?a=b", got.URL.String())
	assert.Equal(t, "Bearer x", got.Header.Get("Authorization"))
	assert.Equal(t, "application/json", got.Header.Get("Content-Type"))
	assert.JSONEq(t, `{
		"type": "client_token.deleted", "timestamp": "2026-11-26T01:04:24Z", "link": "https://console.example.com/",
		"text": "Client token \"Shop <1>\" of Acme Inc. was deleted",
		"data": {
			"id": "audit-1764000000123-0", "kind": "deleted", "at": "2026-11-26T01:04:24Z", "by": "cli:jo",
			"organization": {"id": "acme", "name": "Acme Inc."}, "tokens": [{"id": "shop.web", "name": "Shop <1>"}]
		}
	}`, string(body))
}

func TestEachAttemptHasItsOwnTime(t *testing.T) {
	var times, ids []string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		times = append(times, r.Header.Get("Webhook-Timestamp"))
		ids = append(ids, r.Header.Get("Webhook-Id"))
	}))
	defer server.Close()
	p := poster(t, server.URL)
	now := time.Unix(1_764_000_000, 0)
	p.now = func() time.Time { now = now.Add(time.Minute); return now }
	require.NoError(t, p.Post(t.Context(), &event, ""))
	require.NoError(t, p.Post(t.Context(), &event, ""))
	assert.Equal(t, []string{"1764000060", "1764000120"}, times)
	assert.Equal(t, []string{event.ID, event.ID}, ids)
}

func TestWhatIsAnError(t *testing.T) {
	for status, fine := range map[int]bool{
		200: true, 202: true, 204: true, 302: false, 307: false, 400: false, 410: false, 500: false,
	} {
		var elsewhere atomic.Int32
		other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", other.URL)
			w.WriteHeader(status)
		}))
		err := poster(t, server.URL).Post(t.Context(), &event, "")
		assert.Equal(t, fine, err == nil, "%d: %v", status, err)
		assert.Zero(t, elsewhere.Load(), "redirects are not followed")
		server.Close()
		other.Close()
	}
	assert.Error(t, poster(t, "http://127.0.0.1:1").Post(t.Context(), &event, ""))
}

// A receiver that takes its time, or never ends its answer, is left.
func TestSlowReceiversAreLeft(t *testing.T) {
	for name, handle := range map[string]http.HandlerFunc{
		"no answer": func(_ http.ResponseWriter, r *http.Request) { hang(r) },
		"endless answer": func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte("x"))
			_ = http.NewResponseController(w).Flush()
			hang(r)
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(handle)
			defer server.Close()
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			defer cancel()
			_ = poster(t, server.URL).Post(ctx, &event, "") // which may have worked: the status was there
			assert.Error(t, ctx.Err())
		})
	}
	t.Run("large answer", func(t *testing.T) {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 1<<20)); err != nil {
					return
				}
			}
		}))
		defer server.Close()
		assert.NoError(t, poster(t, server.URL).Post(t.Context(), &event, ""))
	})
}

// hang waits until the client leaves, which a server notices once it has read the body.
func hang(r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

// Errors go to the log: what is in the URL and the headers doesn't.
func TestErrorsTellNoSecret(t *testing.T) {
	err := poster(t, "http://127.0.0.1:1/hooks/s3cr3t?key=s3cr3t").Post(t.Context(), &event, "")
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "s3cr3t")
	var inURL *url.Error
	assert.NotErrorAs(t, err, &inURL)

	c := NewDefaultConfig()
	c.ClientConfig.Endpoint, c.Secret = "https://example.com", configopaque.String(secret)
	c.ClientConfig.ProxyURL = "http://jo:s3cr3t@proxy example.com"
	_, err = NewPoster(t.Context(), &c, componenttest.NewNopHost(), componenttest.NewNopTelemetrySettings())
	require.ErrorContains(t, err, "invalid")
	assert.NotContains(t, err.Error(), "s3cr3t")
}

// So would the Collector's own traces.
func TestTracesTellNoSecret(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	telemetry := componenttest.NewTelemetry()
	c := NewDefaultConfig()
	c.ClientConfig.Endpoint, c.Secret = server.URL+"/hooks/s3cr3t?key=s3cr3t", configopaque.String(secret)
	p, err := NewPoster(t.Context(), &c, componenttest.NewNopHost(), telemetry.NewTelemetrySettings())
	require.NoError(t, err)
	defer p.Close()
	require.NoError(t, p.Post(t.Context(), &event, ""))
	assert.Empty(t, telemetry.SpanRecorder.Ended())
}

func TestConfigTellsAllFaults(t *testing.T) {
	for name, test := range map[string]struct {
		edit  func(*Config)
		fault string
	}{
		"no endpoint":  {func(c *Config) { c.ClientConfig.Endpoint = "" }, "name the URL"},
		"no scheme":    {func(c *Config) { c.ClientConfig.Endpoint = "example.com/hook" }, "not a URL to post to"},
		"other scheme": {func(c *Config) { c.ClientConfig.Endpoint = "file:///etc/passwd" }, "not a URL to post to"},
		"password":     {func(c *Config) { c.ClientConfig.Endpoint = "https://jo:s3cr3t@example.com" }, "not a URL to post to"},
		"no secret":    {func(c *Config) { c.Secret = "" }, "secret is empty"},
		"no prefix":    {func(c *Config) { c.Secret = configopaque.String(secret[6:]) }, "secret is not whsec_"},
		"short secret": {func(c *Config) { c.Secret = "whsec_s3cr3t" }, "24 to 64 bytes"},
		"long secret": {
			func(c *Config) { c.Secret = configopaque.String("whsec_" + strings.Repeat("s3cr", 30)) }, "24 to 64 bytes",
		},
		"short timeout": {func(c *Config) { c.ClientConfig.Timeout = 0 }, "use 1s to 1m0s"},
		"compression":   {func(c *Config) { c.ClientConfig.Compression = configcompression.TypeGzip }, "leave it out"},
	} {
		t.Run(name, func(t *testing.T) {
			c := NewDefaultConfig()
			c.ClientConfig.Endpoint, c.Secret = "https://example.com/hook", configopaque.String(secret)
			require.NoError(t, c.Validate())
			test.edit(&c)
			err := c.Validate()
			require.ErrorContains(t, err, test.fault)
			assert.NotContains(t, err.Error(), "s3cr")
		})
	}
}
