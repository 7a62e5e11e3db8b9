// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configmiddleware"
	"go.opentelemetry.io/collector/config/configoptional"
)

// server is a real HTTP server of the Collector with the extension as middleware.
type server struct {
	*httptest.Server
	passed []client.Info
}

func newServer(t *testing.T, f *fixture, change func(*confighttp.ServerConfig)) *server {
	t.Helper()
	s := &server{}
	cfg := confighttp.NewDefaultServerConfig()
	cfg.CORS = configoptional.Some(confighttp.CORSConfig{
		AllowedOrigins: []string{"https://*", "null"}, ExposedHeaders: []string{"Retry-After"},
	})
	cfg.Middlewares = []configmiddleware.Config{{ID: f.id}}
	change(&cfg)
	accept := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.passed = append(s.passed, client.FromContext(r.Context()))
		w.WriteHeader(http.StatusOK)
	})
	extensions := map[component.ID]component.Component{f.id: f.authenticator}
	made, err := cfg.ToServer(t.Context(), extensions, componenttest.NewNopTelemetrySettings(), accept)
	require.NoError(t, err)
	s.Server = httptest.NewServer(made.Handler)
	t.Cleanup(s.Close)
	return s
}

type answerOf struct {
	*http.Response
	body string
}

func (s *server) post(t *testing.T, path string, headers http.Header, contentType string) answerOf {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+path, strings.NewReader("{}"))
	require.NoError(t, err)
	r.Header = headers.Clone()
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	response, err := s.Client().Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	response.Header.Del("Date")
	return answerOf{response, string(body)}
}

// wantHeaders is the full set: what the CORS handler adds where the receiver allows the origin, and what we write.
func wantHeaders(sent http.Header, contentType string, length int) http.Header {
	want := headers("Content-Type", contentType, "Content-Length", strconv.Itoa(length), "Vary", "Origin")
	if origin := sent.Get("Origin"); origin != "" {
		want.Set("Access-Control-Allow-Origin", origin)
		want.Set("Access-Control-Allow-Credentials", "true")
		want.Set("Access-Control-Expose-Headers", "Retry-After")
	}
	return want
}

// handler returns the middleware in front of a handler that notes who was passed on to it.
func (f *fixture) handler(t *testing.T) (http.Handler, *[]client.Info) {
	t.Helper()
	wrap, err := f.GetHTTPHandler(t.Context())
	require.NoError(t, err)
	var passed []client.Info
	handler, err := wrap(t.Context(), http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		passed = append(passed, client.FromContext(r.Context()))
	}))
	require.NoError(t, err)
	return handler, &passed
}
