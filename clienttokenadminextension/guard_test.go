// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenadminextension

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenadminextension/internal/console"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office/officetest"
)

const (
	administrator = "ada"
	owner         = "olga"
	viewer        = "vic"
)

func TestEveryAnswerHasSecurityHeaders(t *testing.T) {
	r := newRig(t, officetest.File(t))
	for _, answer := range []response{
		r.as(owner, http.MethodGet, "/api/v1/organizations", ""),
		r.as("", http.MethodGet, "/api/v1/organizations", ""),
		r.as(owner, http.MethodGet, "/o/acme", ""),
		r.as(viewer, http.MethodGet, "/nothing", ""),
		r.as(stranger, http.MethodGet, "/api/v1/organizations", ""),
		r.as(owner, http.MethodPost, "/api/v1"+tokens, "{}", "Content-Encoding", "gzip"),
		r.as(owner, http.MethodPost, "/o/acme/t/shop-web/disable", "", "Sec-Fetch-Site", "cross-site"),
		r.as(owner, http.MethodPost, "/api/v1"+tokens, "{"),
		r.as(owner, http.MethodPost, "/api/v1"+tokens, "{}", "Sec-Fetch-Site", "cross-site"),
	} {
		for name, value := range headers {
			assert.Equal(t, value, answer.Header.Get(name), "%d", answer.StatusCode)
		}
		want := policy
		if !strings.HasPrefix(answer.Request.URL.Path, "/api/") {
			want = console.Policy
		}
		assert.Equal(t, want, answer.Header.Get("Content-Security-Policy"))
		assert.Empty(t, answer.Header.Get("Access-Control-Allow-Origin"))
		asked := answer.Header.Get("WWW-Authenticate") != ""
		assert.Equal(t, answer.StatusCode == http.StatusUnauthorized, asked, "%d", answer.StatusCode)
	}
}

// A page has these headers, and no others.
func TestHeadersOfAPage(t *testing.T) {
	r := newRig(t, officetest.File(t))
	got := r.as(owner, http.MethodGet, "/o/acme/new", "").Header
	got.Del("Date")
	got.Del("Content-Length")
	assert.Equal(t, http.Header{
		"Cache-Control": {"no-store"},
		"Content-Security-Policy": {"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; " +
			"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
		"Content-Type":                 {"text/html; charset=utf-8"},
		"Cross-Origin-Opener-Policy":   {"same-origin"},
		"Cross-Origin-Resource-Policy": {"same-origin"},
		"Referrer-Policy":              {"no-referrer"},
		"X-Content-Type-Options":       {"nosniff"},
	}, got)
}

func TestChallenge(t *testing.T) {
	tests := []struct{ authenticator, want string }{
		{"basicauth", `Basic realm="client tokens", charset="UTF-8"`},
		{"oidc", `Bearer realm="client tokens"`},
	}
	for _, tt := range tests {
		t.Run(tt.authenticator, func(t *testing.T) {
			id := component.MustNewID(tt.authenticator)
			r := newStoppedRig(t, officetest.File(t), func(cfg *Config) { cfg.HTTP.Auth.Get().Config.AuthenticatorID = id })
			r.host.extensions[id] = basic{}
			require.NoError(t, r.admin.Start(t.Context(), r.host))
			for _, authorization := range []string{"", "Basic eA==", "Bearer x", "Basic " + "b2xnYTp3cm9uZw=="} {
				answer := r.as("", http.MethodGet, "/api/v1"+organization, "", "Authorization", authorization)
				assert.Equal(t, http.StatusUnauthorized, answer.StatusCode)
				assert.Equal(t, tt.want, answer.Header.Get("WWW-Authenticate"))
				assert.Equal(t, "unauthenticated", answer.problem())
			}
		})
	}
}

// Who is signed in without a name is let in nowhere, whatever organizations there are.
func TestNoName(t *testing.T) {
	r := newRig(t, officetest.File(t))
	for _, user := range []string{stranger, lister} {
		answer := r.as(user, http.MethodGet, "/api/v1/organizations", "")
		assert.Equal(t, http.StatusForbidden, answer.StatusCode)
		assert.Equal(t, "no-user", answer.problem())
	}
}

// A page of another site can make a browser send a request with the password that it knows.
func TestRequestsOfOtherSites(t *testing.T) {
	r := newRig(t, officetest.File(t))
	tests := []struct {
		name    string
		method  string
		headers []string
		status  int
	}{
		{"a program", http.MethodPost, nil, 200},
		{"a page of this server", http.MethodPost, []string{"Sec-Fetch-Site", "same-origin", "Origin", r.url}, 200},
		{"a page of this server, an old browser", http.MethodPost, []string{"Origin", r.url}, 200},
		{"another site", http.MethodPost, []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, 403},
		{"another port", http.MethodPost, []string{"Sec-Fetch-Site", "same-site", "Origin", "http://127.0.0.1:1"}, 403},
		{"another site, an old browser", http.MethodPost, []string{"Origin", "https://evil.example"}, 403},
		{"a sandbox", http.MethodPost, []string{"Origin", "null"}, 403},
		{"another site deletes", http.MethodDelete, []string{"Sec-Fetch-Site", "cross-site"}, 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := "/api/v1" + shopWeb
			if tt.method == http.MethodPost {
				path += "/disable"
			}
			r := r.in(t)
			before := r.StoredToken(t, "shop-web").Disabled
			answer := r.as(owner, tt.method, path, "", tt.headers...)
			assert.Equal(t, tt.status, answer.StatusCode, answer.text)
			if tt.status == http.StatusForbidden {
				assert.Equal(t, "cross-origin", answer.problem())
				assert.Equal(t, before, r.StoredToken(t, "shop-web").Disabled)
				return
			}
			r.as(owner, http.MethodPost, "/api/v1"+shopWeb+"/enable", "")
		})
	}
	form := r.as(owner, http.MethodPost, "/api/v1"+tokens, `{"kind": "web"}`, "Content-Type", "text/plain")
	assert.Equal(t, http.StatusUnsupportedMediaType, form.StatusCode, "forms can't be JSON")
	preflight := r.as(owner, http.MethodOptions, "/api/v1"+tokens, "", "Origin", "https://evil.example",
		"Access-Control-Request-Method", "POST")
	assert.GreaterOrEqual(t, preflight.StatusCode, 400)
}

// Without authentication a name that leads here by DNS rebinding gets nothing.
func TestForgedHost(t *testing.T) {
	r := newRig(t, officetest.File(t), open)
	for host, status := range map[string]int{
		"localhost:4320": 200, "localhost": 200, "LOCALHOST": 200, "127.0.0.1:4320": 200, "127.8.8.8": 200,
		"[::1]:4320": 200, "[::1]": 200,
		"evil.example": 421, "evil.example:4320": 421, "localhost.evil.example": 421, "10.0.0.1": 421, "[::2]": 421,
		"127.0.0.1.evil.example": 421,
	} {
		answer := r.as("", http.MethodGet, "/api/v1/organizations", "", "Host", host)
		assert.Equal(t, status, answer.StatusCode, host)
		if status != 200 {
			assert.Equal(t, "wrong-host", answer.problem())
		}
	}
}

// Everybody is administrator then, which must not mean everybody on the other side of a proxy on this machine.
func TestWithoutAuthenticationNobodyComesThroughAProxy(t *testing.T) {
	for _, name := range []string{"Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host"} {
		answer := newRig(t, officetest.File(t), open).as("", http.MethodGet, "/api/v1/organizations", "", name, "192.0.2.1")
		assert.Equal(t, 421, answer.StatusCode, name)
		assert.Equal(t, "wrong-host", answer.problem())
		answer = newRig(t, officetest.File(t)).as("ada", http.MethodGet, "/api/v1/organizations", "", name, "192.0.2.1")
		assert.Equal(t, 200, answer.StatusCode, name)
	}
}

func TestWithoutAuthenticationEverybodyIsAdministrator(t *testing.T) {
	r := newRig(t, officetest.File(t), open)
	answer := r.as("", http.MethodPost, "/api/v1"+tokens, `{"id": "new", "kind": "web"}`)
	require.Equal(t, http.StatusCreated, answer.StatusCode, answer.text)
	assert.Equal(t, "anonymous", answer.body["created_by"])
	assert.Equal(t, 1, r.logs.FilterMessageSnippet("insecure_no_auth").Len())
}

// The audit says where somebody came from, and believes only proxies that it was told of.
func TestWhereFrom(t *testing.T) {
	for proxy, want := range map[string]string{"127.0.0.0/8": "198.51.100.7", "10.0.0.0/8": "127.0.0.1"} {
		r := newRig(t, officetest.File(t), func(cfg *Config) { cfg.TrustedProxies = []string{proxy} })
		r.as(owner, http.MethodPost, "/api/v1"+shopWeb+"/disable", "", "X-Forwarded-For", "192.0.2.1, 198.51.100.7")
		last, err := r.Store.Audit(t.Context(), audit.Query{Limit: 1})
		require.NoError(t, err)
		assert.Equal(t, want, last[0].From)
	}
}

func TestRequestsAreCounted(t *testing.T) {
	r := newRig(t, officetest.File(t))
	r.as(owner, http.MethodGet, "/api/v1"+organization, "")
	r.as("", http.MethodGet, "/api/v1"+organization, "")
	r.as(owner, "BREW", "/api/v1"+organization, "")
	metric, err := r.telemetry.GetMetric("otelcol_extension_client_token_admin_requests")
	require.NoError(t, err)
	counts := map[string]int64{}
	for _, point := range metric.Data.(metricdata.Sum[int64]).DataPoints {
		method, _ := point.Attributes.Value("method")
		status, _ := point.Attributes.Value("status")
		counts[method.AsString()+" "+status.AsString()] = point.Value
	}
	assert.Equal(t, map[string]int64{"GET 2xx": 1, "GET 4xx": 1, "OTHER 4xx": 1}, counts)
}
