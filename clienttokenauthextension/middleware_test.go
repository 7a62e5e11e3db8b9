// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/config/configauth"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configoptional"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
)

func TestMiddlewareEncoding(t *testing.T) {
	tests := []struct{ sent, want string }{
		{"", contentTypeJSON},
		{"application/json", contentTypeJSON},
		{"application/json; charset=utf-8", contentTypeJSON},
		{"text/plain", contentTypeJSON},
		{"application/x-protobuf", contentTypeProtobuf},
		{"Application/X-Protobuf ; v=1", contentTypeProtobuf},
		{"application/x-protobuf-lite", contentTypeJSON},
		{"application/x-protobuf, application/json", contentTypeJSON},
		{";;;", contentTypeJSON},
		{"application/octet-stream", contentTypeJSON},
	}
	server := newServer(t, newFixture(t), func(*confighttp.ServerConfig) {})
	for _, tt := range tests {
		t.Run(tt.sent, func(t *testing.T) {
			answer := server.post(t, "/v1/traces", headers(), tt.sent)
			assert.Equal(t, http.StatusUnauthorized, answer.StatusCode)
			assert.Equal(t, tt.want, answer.Header.Get("Content-Type"))
			assert.Equal(t, tt.want == contentTypeJSON, json.Valid([]byte(answer.body)))
		})
	}
}

func TestMiddlewarePassesOn(t *testing.T) {
	tests := []struct {
		name    string
		path    string
		headers http.Header
		token   string
		outcome string
	}{
		{"web", "/v1/traces", from("shop-web", shop), "shop-web", "accepted"},
		{"query", "/v1/traces?client_token=test-secret-any-web", headers(), "any-web", "accepted"},
		{"reported", "/v1/traces", from("report-web", evil), "report-web", "origin_reported"},
		{"remote write", "/api/v1/write", from("prometheus", ""), "prometheus", "accepted"},
		{"second signal", "/v1/logs", from("blocked", ""), "blocked", "accepted"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t)
			server := newServer(t, f, func(*confighttp.ServerConfig) {})
			answer := server.post(t, tt.path, tt.headers, "")
			require.Equal(t, http.StatusOK, answer.StatusCode, answer.body)
			require.Len(t, server.passed, 1)
			assert.Equal(t, tt.token, server.passed[0].Auth.GetAttribute(identity.TokenID))
			assert.Equal(t, "127.0.0.1", strings.Split(server.passed[0].Addr.String(), ":")[0])
			assert.Equal(t, map[string]int64{tt.outcome: 1}, f.counted(t))
		})
	}
}

func TestMiddlewarePaths(t *testing.T) {
	f := newFixture(t, func(cfg *Config) {
		cfg.Paths = map[string]Intake{"/otlp/traces": "traces", "/v1/traces": "logs"}
	})
	server := newServer(t, f, func(*confighttp.ServerConfig) {})
	assert.Equal(t, http.StatusOK, server.post(t, "/otlp/traces", from("shop-web", shop), "").StatusCode)
	assert.Equal(t, http.StatusForbidden, server.post(t, "/v1/traces", from("shop-web", shop), "").StatusCode)
	assert.Equal(t, http.StatusNotFound, server.post(t, "/v1/logs", from("shop-web", shop), "").StatusCode)
}

func TestMiddlewareBelievesNobodyElse(t *testing.T) {
	f, other := newFixture(t), newFixture(t)
	otherContext, err := other.Authenticate(t.Context(), from("any-app", ""))
	require.NoError(t, err)
	tests := []struct {
		name string
		auth client.AuthData
	}{
		{"nothing", nil},
		{"another instance", client.FromContext(otherContext).Auth},
		{"another authenticator", foreignAuth{}},
		{"no identity", (*identity.Identity)(nil)},
		{"identity of nobody", identity.New(nil, nil, "")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			handler, passed := f.handler(t)
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/traces", http.NoBody)
			r = r.WithContext(client.NewContext(r.Context(), client.Info{Auth: tt.auth}))
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			assert.Equal(t, http.StatusUnauthorized, w.Code)
			assert.Empty(t, *passed)

			r.Header = from("shop-web", shop)
			handler.ServeHTTP(httptest.NewRecorder(), r)
			require.Len(t, *passed, 1)
			assert.Equal(t, "shop-web", (*passed)[0].Auth.GetAttribute(identity.TokenID))
		})
	}
}

func TestMiddlewareBehindAuth(t *testing.T) {
	f := newFixture(t)
	server := newServer(t, f, func(cfg *confighttp.ServerConfig) {
		auth := confighttp.AuthConfig{RequestParameters: []string{"client_token"}}
		auth.Config = configauth.Config{AuthenticatorID: f.id}
		cfg.Auth = configoptional.Some(auth)
	})
	tests := []struct {
		name    string
		path    string
		headers http.Header
		status  int
		want    map[string]int64 // what it adds to the counts
	}{
		{"accepted is counted once", "/v1/traces", from("shop-web", shop), http.StatusOK, map[string]int64{"accepted": 1}},
		{
			"query", "/v1/traces?client_token=test-secret-any-web", headers(), http.StatusOK, map[string]int64{"accepted": 2},
		},
		{
			"the Collector makes any refusal a 401", "/v1/traces", from("shop-web", evil), http.StatusUnauthorized,
			map[string]int64{"accepted": 2, "origin_denied": 1},
		},
		{
			"path", "/v1/spans", from("shop-web", shop), http.StatusNotFound,
			map[string]int64{"accepted": 3, "origin_denied": 1, "path_unknown": 1},
		},
		{
			"signal", "/v1/metrics", from("shop-web", shop), http.StatusForbidden,
			map[string]int64{"accepted": 4, "origin_denied": 1, "path_unknown": 1, "signal_denied": 1},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server.passed = nil
			assert.Equal(t, tt.status, server.post(t, tt.path, tt.headers, "").StatusCode)
			assert.Len(t, server.passed, map[bool]int{true: 1}[tt.status == http.StatusOK])
			assert.Equal(t, tt.want, f.counted(t))
		})
	}
}

func TestMiddlewareTakesTheIdentityOverAsItIs(t *testing.T) {
	f := newFixture(t)
	ctx, err := f.Authenticate(t.Context(), from("shop-web", shop))
	require.NoError(t, err)
	handler, passed := f.handler(t)
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/v1/traces", http.NoBody) // without any token
	handler.ServeHTTP(httptest.NewRecorder(), r)
	require.Len(t, *passed, 1)
	assert.Same(t, client.FromContext(ctx).Auth, (*passed)[0].Auth)
}
