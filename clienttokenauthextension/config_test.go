// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenauthextension/internal/metadata"
)

func TestConfig(t *testing.T) {
	defaults := map[string]Signal{
		"/v1/traces": "traces", "/v1/metrics": "metrics", "/v1/logs": "logs",
		"/v1development/profiles": "profiles", "/api/v1/write": "metrics",
	}
	full := map[string]Signal{"/otlp/traces": "traces"}
	maps.Copy(full, defaults)
	names := []string{"X-Client-Token", "X-Mackerel-Client-Token", "X-LAST9-API-TOKEN", "Authorization"}
	tests := []struct {
		name string
		want *Config
	}{
		{"defaults", &Config{
			Registry: inFile("tokens.yaml"), Headers: names, QueryParam: "client_token", AppOriginHeader: "X-LAST9-ORIGIN",
			OriginMode: OriginModeEnforce, Paths: defaults, WiringCheck: WiringCheckStrict,
		}},
		{"full", &Config{
			Registry: inFile("/etc/otelcol/tokens.yaml"), Headers: []string{"X-Api-Key", "Authorization"},
			QueryParam: "key", AppOriginHeader: "X-App", OriginMode: OriginModeReport, Paths: full,
			WiringCheck: WiringCheckWarn,
		}},
		{"query_only", &Config{
			Registry: inFile("tokens.yaml"), Headers: []string{}, QueryParam: "client_token",
			AppOriginHeader: "X-LAST9-ORIGIN", OriginMode: OriginModeEnforce, Paths: defaults,
			WiringCheck: WiringCheckStrict,
		}},
		{"headers_only", &Config{
			Registry: inFile("tokens.yaml"), Headers: names, OriginMode: OriginModeEnforce, Paths: defaults,
			WiringCheck: WiringCheckStrict,
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
		{"registry_missing", []string{"registry: no place for the tokens: set file: {path: tokens.yaml}"}},
		{"registry_empty", []string{"registry: no place for the tokens: set file: {path: tokens.yaml}"}},
		{"file_null", []string{"registry: no place for the tokens: set file: {path: tokens.yaml}"}},
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
		{"path_relative", []string{`paths: "v1/traces" must start with /`}},
		{"signal_bad", []string{`paths::/v1/traces: "spans" is unknown: use traces, metrics, logs or profiles`}},
		{"signal_null", []string{`paths::/v1/traces: "" is unknown: use traces, metrics, logs or profiles`}},
		{"origin_mode_bad", []string{`origin_mode: "log" is unknown: use enforce or report`}},
		{"wiring_check_bad", []string{`wiring_check: "off" is unknown: use strict or warn`}},
		{"many", []string{
			`headers[0] is "X Client": not a header name, use letters, digits and -`,
			`query_param is "a&b": use letters, digits, '-', '.', '_' and '~' only`,
			`app_origin_header is "X App": not a header name, use letters, digits and -; leave it empty to turn it off`,
			`paths: "v1/traces" must start with /`,
			"registry: no place for the tokens: set file: {path: tokens.yaml}",
			`origin_mode: "log" is unknown: use enforce or report`,
			`paths::v1/traces: "spans" is unknown: use traces, metrics, logs or profiles`,
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

func inFile(path string) RegistryConfig {
	return RegistryConfig{File: configoptional.Some(FileConfig{Path: path})}
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
