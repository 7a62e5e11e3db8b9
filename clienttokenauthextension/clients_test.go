// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/config/confighttp"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
)

func trusting(proxies ...string) func(*Config) {
	return func(cfg *Config) {
		usingFile("testdata/clients.yaml")(cfg)
		cfg.TrustedProxies = proxies
	}
}

// doors return as whom a request is let in, at each of the places where the check can stand.
func (f *fixture) doors(t *testing.T) map[string]func(peer net.Addr, headers http.Header) *identity.Identity {
	t.Helper()
	handler, passed := f.handler(t)
	return map[string]func(peer net.Addr, headers http.Header) *identity.Identity{
		"auth over HTTP": func(peer net.Addr, headers http.Header) *identity.Identity {
			ctx, err := f.Authenticate(client.NewContext(t.Context(), client.Info{Addr: peer}), headers)
			require.NoError(t, err)
			return client.FromContext(ctx).Auth.(*identity.Identity)
		},
		"auth over gRPC": func(peer net.Addr, headers http.Header) *identity.Identity {
			ctx, err := f.Authenticate(client.NewContext(t.Context(), client.Info{Addr: peer}), lowered(headers))
			require.NoError(t, err)
			return client.FromContext(ctx).Auth.(*identity.Identity)
		},
		"middleware over HTTP": func(peer net.Addr, headers http.Header) *identity.Identity {
			ctx := client.NewContext(t.Context(), client.Info{Addr: peer})
			r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/v1/traces", http.NoBody)
			r.Header = headers
			handler.ServeHTTP(&sink{header: http.Header{}}, r)
			return (*passed)[len(*passed)-1].Auth.(*identity.Identity)
		},
		"middleware over gRPC": func(peer net.Addr, headers http.Header) *identity.Identity {
			var pairs []string
			for key, values := range lowered(headers) {
				for _, value := range values {
					pairs = append(pairs, key, value)
				}
			}
			id, err := f.unary(client.NewContext(call(t, pairs...), client.Info{Addr: peer}), exportTraces)
			require.NoError(t, err)
			return id
		},
	}
}

// lowered returns headers with names as gRPC metadata has them.
func lowered(headers http.Header) map[string][]string {
	metadata := map[string][]string{}
	for key, values := range headers {
		metadata[strings.ToLower(key)] = values
	}
	return metadata
}

func TestClients(t *testing.T) {
	peer := func(ip string) net.Addr { return &net.TCPAddr{IP: net.ParseIP(ip), Port: 4711} }
	for name, tt := range map[string]struct {
		token     string
		peer      net.Addr
		forwarded []string
		want      string
	}{
		"peer":                       {"fair", peer("192.0.2.7"), nil, "192.0.2.7"},
		"peer by IPv6":               {"fair", peer("2001:db8::1:2:3:4"), nil, "2001:db8::"},
		"a stranger's word":          {"fair", peer("192.0.2.7"), []string{"198.51.100.1"}, "192.0.2.7"},
		"a proxy's word":             {"fair", peer("10.0.0.1"), []string{"198.51.100.1, 192.0.2.8"}, "192.0.2.8"},
		"two proxies' word":          {"fair", peer("10.0.0.1"), []string{"198.51.100.1", "192.0.2.8", "10.0.0.2"}, "192.0.2.8"},
		"a proxy that says nothing":  {"fair", peer("10.0.0.1"), nil, "10.0.0.1"},
		"a proxy that talks rubbish": {"fair", peer("10.0.0.1"), []string{"192.0.2.8, rubbish"}, "10.0.0.1"},
		"no address":                 {"fair", &net.UnixAddr{Name: "@"}, []string{"192.0.2.8"}, "invalid IP"},
		"nobody asks":                {"free", peer("192.0.2.7"), nil, "invalid IP"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, trusting("10.0.0.0/8"))
			for door, enter := range f.doors(t) {
				headers := from(tt.token, "")
				if tt.forwarded != nil {
					headers["X-Forwarded-For"] = tt.forwarded
				}
				assert.Equal(t, tt.want, enter(tt.peer, headers).Client().String(), door)
			}
		})
	}
}

// Who forgets the load balancer has everybody share one limit, so the start says so.
func TestClientsOfALoadBalancerAreTold(t *testing.T) {
	const told = "client_spans_per_minute limits whoever connects: if that is a load balancer, list it in trusted_proxies, " +
		"or all behind it are one client"
	assert.Len(t, newFixture(t, trusting()).logs.FilterMessage(told).All(), 1)
	assert.Empty(t, newFixture(t, trusting("10.0.0.1")).logs.FilterMessage(told).All())
	assert.Empty(t, newFixture(t).logs.FilterMessage(told).All(), "no token limits clients")
}

// As the Collector has it: the peer is known before anybody is asked.
func TestClientsOfAServer(t *testing.T) {
	for want, proxies := range map[string][]string{"127.0.0.1": nil, "192.0.2.8": {"127.0.0.1", "::1"}} {
		f := newFixture(t, trusting(proxies...))
		s := newServer(t, f, func(*confighttp.ServerConfig) {})
		headers := from("fair", "")
		headers.Set("X-Forwarded-For", "192.0.2.8")
		require.Equal(t, http.StatusOK, s.post(t, "/v1/traces", headers, contentTypeJSON).StatusCode)
		require.Len(t, s.passed, 1)
		assert.Equal(t, want, s.passed[0].Auth.(*identity.Identity).Client().String())
	}
}
