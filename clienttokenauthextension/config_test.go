// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenauthextension/internal/metadata"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redisconn"
)

func TestConfig(t *testing.T) {
	defaults := map[string]Intake{
		"/v1/traces": "traces", "/v1/metrics": "metrics", "/v1/logs": "logs",
		"/v1development/profiles": "profiles", "/api/v1/write": "remote_write",
	}
	full := map[string]Intake{"/otlp/traces": "traces"}
	maps.Copy(full, defaults)
	names := []string{"X-Client-Token", "X-Mackerel-Client-Token", "X-LAST9-API-TOKEN", "Authorization"}
	redis := inRedis(func(c *redisconn.Config) {
		c.Endpoints, c.Prefix, c.Timeout = []string{"redis.example:6380"}, "shop", 5*time.Second
	})
	redis.MaxStaleness = time.Minute
	readOnly := inFile("tokens.yaml")
	readOnly.File.Get().ReadOnly = true
	recorded := createDefaultConfig().(*Config).Usage
	disk := component.MustNewIDWithName("file_storage", "usage")
	elsewhere := inRedis(func(c *redisconn.Config) { c.Endpoints = []string{"redis.example:6380"} })
	tests := []struct {
		name string
		want *Config
	}{
		{"defaults", &Config{
			Registry: inFile("tokens.yaml"), Headers: names, QueryParam: "client_token", AppOriginHeader: "X-LAST9-ORIGIN",
			OriginMode: OriginModeEnforce, Paths: defaults, WiringCheck: WiringCheckStrict, Usage: recorded,
		}},
		{"full", &Config{
			Registry: inFile("/etc/otelcol/tokens.yaml"), Headers: []string{"X-Api-Key", "Authorization"},
			QueryParam: "key", AppOriginHeader: "X-App", OriginMode: OriginModeReport, Paths: full,
			TrustedProxies: []string{"10.0.0.0/8", "2001:db8::1"}, WiringCheck: WiringCheckWarn,
			Usage: UsageConfig{Enabled: true, Storage: &disk, Redis: recorded.Redis},
		}},
		{"query_only", &Config{
			Registry: inFile("tokens.yaml"), Headers: []string{}, QueryParam: "client_token",
			AppOriginHeader: "X-LAST9-ORIGIN", OriginMode: OriginModeEnforce, Paths: defaults,
			WiringCheck: WiringCheckStrict, Usage: recorded,
		}},
		{"headers_only", &Config{
			Registry: inFile("tokens.yaml"), Headers: names, OriginMode: OriginModeEnforce, Paths: defaults,
			WiringCheck: WiringCheckStrict, Usage: recorded,
		}},
		{"redis", &Config{
			Registry: redis, Headers: names, QueryParam: "client_token", AppOriginHeader: "X-LAST9-ORIGIN",
			OriginMode: OriginModeEnforce, Paths: defaults, WiringCheck: WiringCheckStrict, Usage: recorded,
		}},
		{"usage_off", &Config{
			Registry: inFile("tokens.yaml"), Headers: names, QueryParam: "client_token", AppOriginHeader: "X-LAST9-ORIGIN",
			OriginMode: OriginModeEnforce, Paths: defaults, WiringCheck: WiringCheckStrict, Usage: UsageConfig{Redis: recorded.Redis},
		}},
		{"usage_redis", &Config{
			Registry: inFile("tokens.yaml"), Headers: names, QueryParam: "client_token", AppOriginHeader: "X-LAST9-ORIGIN",
			OriginMode: OriginModeEnforce, Paths: defaults, WiringCheck: WiringCheckStrict,
			Usage: UsageConfig{Enabled: true, Redis: elsewhere.Redis},
		}},
		{"read_only", &Config{
			Registry: readOnly, Headers: names, QueryParam: "client_token", AppOriginHeader: "X-LAST9-ORIGIN",
			OriginMode: OriginModeEnforce, Paths: defaults, WiringCheck: WiringCheckStrict, Usage: recorded,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg, err := loadConfig(t, tt.name)
			require.NoError(t, err)
			require.NoError(t, confmap.Validate(cfg))
			assert.Equal(t, tt.want, cfg)
		})
	}
}

func TestConfigFaults(t *testing.T) {
	tests := []struct {
		name string
		want []string // one line each
	}{
		{"registry_missing", []string{"registry: " + noRegistry}},
		{"registry_empty", []string{"registry: " + noRegistry}},
		{"file_null", []string{"registry: " + noRegistry}},
		{"both", []string{"registry: file and redis are both set: keep the one where the tokens live"}},
		{"redis_null", []string{"registry::redis: endpoints is empty: name at least one host:port"}},
		{"staleness_short", []string{"registry: max_staleness is 9s: use 10s or more, or 0 for no bound"}},
		{"staleness_negative", []string{"registry: max_staleness is -1s: use 10s or more, or 0 for no bound"}},
		{"usage_twice", []string{"usage: storage and redis are both set: keep redis to add up what several collectors count, " +
			"or storage for a single one"}},
		{"usage_stored", []string{"usage: storage is set, but usage is kept in registry.redis, over restarts, too: remove it"}},
		{"usage_redis_null", []string{"usage::redis: endpoints is empty: name at least one host:port"}},
		{"path_empty", []string{"registry::file: path is empty: name the token file"}},
		{"no_place", []string{"headers and query_param are both empty: no request could carry a token"}},
		{"header_twice", []string{`headers[1] is "x-client-token": listed twice, remove one`}},
		{"header_bad", []string{
			`headers[1] is "X Client": not a header name, use letters, digits and -`,
			`headers[2] is "": not a header name, use letters, digits and -`,
			`headers[3] is "X-Clé": not a header name, use letters, digits and -`,
		}},
		{"query_bad", []string{
			`query_param is "client token": use letters, digits, '-', '.', '_' and '~' only`,
		}},
		{"query_is_header", []string{`query_param is "x-client-token": a header has that name, use another one`}},
		{"query_is_origin", []string{`query_param is "origin": a header has that name, use another one`}},
		{"app_header_bad", []string{
			`app_origin_header is "X:App": not a header name, use letters, digits and -; leave it empty to turn it off`,
		}},
		{"proxies_bad", []string{
			`trusted_proxies[0] is "lb.example.com": not an address or a CIDR, write it as 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32`,
			`trusted_proxies[2] is "0.0.0.0/0": everybody, who could then say to be anybody: list your own proxies only`,
		}},
		{"path_relative", []string{`paths: "v1/traces" must start with /`}},
		{"signal_bad", []string{`paths::/v1/traces: "spans" is unknown: use traces, metrics, logs, profiles or remote_write`}},
		{"signal_null", []string{`paths::/v1/traces: "" is unknown: use traces, metrics, logs, profiles or remote_write`}},
		{"origin_mode_bad", []string{`origin_mode: "log" is unknown: use enforce or report`}},
		{"wiring_check_bad", []string{`wiring_check: "off" is unknown: use strict or warn`}},
		{"many", []string{
			`headers[0] is "X Client": not a header name, use letters, digits and -`,
			`query_param is "a&b": use letters, digits, '-', '.', '_' and '~' only`,
			`app_origin_header is "X App": not a header name, use letters, digits and -; leave it empty to turn it off`,
			`trusted_proxies[0] is "10.0.0.1/8": not the beginning of its network, write 10.0.0.0/8, or 10.0.0.1 for one proxy`,
			`paths: "v1/traces" must start with /`,
			"registry: " + noRegistry,
			`origin_mode: "log" is unknown: use enforce or report`,
			`paths::v1/traces: "spans" is unknown: use traces, metrics, logs, profiles or remote_write`,
			`wiring_check: "loose" is unknown: use strict or warn`,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg, err := loadConfig(t, tt.name)
			require.NoError(t, err)
			assert.EqualError(t, confmap.Validate(cfg), strings.Join(tt.want, "\n"))
		})
	}
}

func TestConfigUnknownKey(t *testing.T) {
	_, err := loadConfig(t, "key_unknown")
	assert.ErrorContains(t, err, "has invalid keys: header")
}

const noRegistry = `no place for the tokens: set file: {path: tokens.yaml} or redis: {endpoints: ["host:6379"]}`

func inFile(path string) RegistryConfig {
	r := createDefaultConfig().(*Config).Registry
	r.File = configoptional.Some(FileConfig{Path: path})
	return r
}

func inRedis(change func(*redisconn.Config)) RegistryConfig {
	r := createDefaultConfig().(*Config).Registry
	change(r.Redis.GetOrInsertDefault())
	return r
}

func loadConfig(t *testing.T, name string) (component.Config, error) {
	t.Helper()
	cm, err := confmaptest.LoadConf("testdata/config.yaml")
	require.NoError(t, err)
	sub, err := cm.Sub(component.NewIDWithName(metadata.Type, name).String())
	require.NoError(t, err)
	cfg := NewFactory().CreateDefaultConfig()
	return cfg, sub.Unmarshal(&cfg)
}
