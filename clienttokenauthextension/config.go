// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configoptional"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// Config configures client_token_auth.
type Config struct {
	// Registry is where tokens live. Required.
	Registry RegistryConfig `mapstructure:"registry"`

	// Headers may carry the token, over HTTP and as gRPC metadata; a "Bearer " in front is stripped, and Authorization
	// counts only with it. Default [X-Client-Token, X-Mackerel-Client-Token, X-LAST9-API-TOKEN, Authorization].
	Headers []string `mapstructure:"headers"`

	// QueryParam may carry the token of senders that can't set headers; empty turns it off. Behind auth: the receiver
	// must list it in request_params, too. Default client_token.
	QueryParam string `mapstructure:"query_param"`

	// AppOriginHeader is where a mobile app may declare its origin (android://…, ios://…); empty turns it off.
	// Default X-LAST9-ORIGIN.
	AppOriginHeader string `mapstructure:"app_origin_header"`

	// OriginMode says what becomes of a request whose origin is missing or not on the token's list: enforce (default)
	// refuses it, report admits, counts and logs it. A token's own origin_mode goes first.
	OriginMode OriginMode `mapstructure:"origin_mode"`

	// Paths tells, for the HTTP middleware, which signal each path takes. A path that is not listed is never passed on.
	// Entries add to the defaults: /v1/traces, /v1/metrics, /v1/logs, /v1development/profiles, /api/v1/write.
	Paths map[string]Signal `mapstructure:"paths"`

	// WiringCheck says what becomes of a configuration that would leave a hole: strict (default) refuses to start,
	// warn logs.
	WiringCheck WiringCheck `mapstructure:"wiring_check"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// RegistryConfig says where tokens live.
type RegistryConfig struct {
	// File is a YAML file of tokens and organizations, reloaded when it changes.
	File configoptional.Optional[FileConfig] `mapstructure:"file"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// FileConfig points to a token file.
type FileConfig struct {
	// Path of the file. A relative one starts at the Collector's working directory. Required.
	Path string `mapstructure:"path"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// OriginMode says whether origins are enforced or only reported.
type OriginMode string

// The values of origin_mode.
const (
	OriginModeEnforce OriginMode = "enforce"
	OriginModeReport  OriginMode = "report"
)

// Signal is what a path takes: traces, metrics, logs or profiles.
type Signal string

// WiringCheck says how seriously a miswired configuration is taken.
type WiringCheck string

// The values of wiring_check.
const (
	WiringCheckStrict WiringCheck = "strict"
	WiringCheckWarn   WiringCheck = "warn"
)

func createDefaultConfig() component.Config {
	return &Config{
		Headers:         []string{"X-Client-Token", "X-Mackerel-Client-Token", "X-LAST9-API-TOKEN", "Authorization"},
		QueryParam:      "client_token",
		AppOriginHeader: "X-LAST9-ORIGIN",
		OriginMode:      OriginModeEnforce,
		Paths: map[string]Signal{
			"/v1/traces":              Signal(token.SignalTraces),
			"/v1/metrics":             Signal(token.SignalMetrics),
			"/v1/logs":                Signal(token.SignalLogs),
			"/v1development/profiles": Signal(token.SignalProfiles),
			"/api/v1/write":           Signal(token.SignalMetrics),
		},
		WiringCheck: WiringCheckStrict,
	}
}
