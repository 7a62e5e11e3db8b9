// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenadminextension

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"
)

func load(t *testing.T, name string) *Config {
	t.Helper()
	cm, err := confmaptest.LoadConf(filepath.Join("testdata", "config.yaml"))
	require.NoError(t, err)
	sub, err := cm.Sub(name)
	require.NoError(t, err)
	cfg := NewFactory().CreateDefaultConfig().(*Config)
	require.NoError(t, sub.Unmarshal(cfg))
	return cfg
}

func TestConfig(t *testing.T) {
	least := load(t, "client_token_admin")
	require.NoError(t, confmap.Validate(least))
	assert.Equal(t, component.MustNewID("client_token_auth"), least.Authenticator)
	assert.Equal(t, "localhost:4320", least.HTTP.NetAddr.Endpoint)
	assert.Equal(t, int64(65536), least.HTTP.MaxRequestBodySize)
	assert.Equal(t, "username", least.UserAttribute)

	all := load(t, "client_token_admin/all")
	require.NoError(t, confmap.Validate(all))
	assert.Equal(t, component.MustNewIDWithName("client_token_auth", "web"), all.Authenticator)
	assert.Equal(t, "0.0.0.0:8443", all.HTTP.NetAddr.Endpoint)
	assert.True(t, all.HTTP.TLS.HasValue())
	assert.Equal(t, "subject", all.UserAttribute)
	assert.Equal(t, []string{"ada", "grace"}, all.Administrators)
	assert.Equal(t, []string{"10.0.0.0/8"}, all.TrustedProxies)
}

func TestConfigFaults(t *testing.T) {
	tests := []struct {
		name string
		want []string
	}{
		{"empty", []string{"authenticator is missing", "http.auth is missing"}},
		{"faults", []string{
			"user_attribute is empty", "administrators[1] is empty", `administrators[2] is "ada": listed twice`, "http.cors is set",
			`trusted_proxies[0] is "proxy"`,
		}},
		{"raw", []string{"user_attribute is raw, which is the password"}},
		{"both", []string{"http.auth and insecure_no_auth are both set"}},
		{"everywhere", []string{`insecure_no_auth is set, and "0.0.0.0:4320" is no loopback address`}},
		{"any", []string{`insecure_no_auth is set, and ":4320" is no loopback address`}},
		{"name", []string{`insecure_no_auth is set, and "localhost.example.com:4320" is no loopback address`}},
		{"no_port", []string{`insecure_no_auth is set, and "localhost" is no loopback address`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := confmap.Validate(load(t, "client_token_admin/"+tt.name))
			for _, want := range tt.want {
				assert.ErrorContains(t, err, want)
			}
		})
	}
	for _, name := range []string{"ipv4", "ipv6", "socket"} {
		assert.NoError(t, confmap.Validate(load(t, "client_token_admin/"+name)), name)
	}
}
