// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension // import "github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenauthextension"

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configoptional"
	"golang.org/x/net/http/httpguts"

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

// Validate reports all faults at once.
func (c *Config) Validate() error {
	return errors.Join(c.validateHeaders(), c.validateAppOriginHeader(), c.validatePaths())
}

// Validate wants exactly one place for the tokens.
func (c *RegistryConfig) Validate() error {
	if !c.File.HasValue() {
		return errors.New("no place for the tokens: set file: {path: tokens.yaml}")
	}
	return nil
}

// Validate wants a path.
func (c *FileConfig) Validate() error {
	if c.Path == "" {
		return errors.New("path is empty: name the token file")
	}
	return nil
}

// Validate names the two values there are.
func (m OriginMode) Validate() error {
	if m == OriginModeEnforce || m == OriginModeReport {
		return nil
	}
	return fmt.Errorf("origin_mode is %q: use enforce or report", string(m))
}

// Validate names the two values there are.
func (w WiringCheck) Validate() error {
	if w == WiringCheckStrict || w == WiringCheckWarn {
		return nil
	}
	return fmt.Errorf("wiring_check is %q: use strict or warn", string(w))
}

// Validate names the signals there are.
func (s Signal) Validate() error {
	switch token.Signal(s) {
	case token.SignalTraces, token.SignalMetrics, token.SignalLogs, token.SignalProfiles:
		return nil
	default:
		return fmt.Errorf("the signal is %q: use traces, metrics, logs or profiles", string(s))
	}
}

func (c *Config) validateHeaders() error {
	var errs error
	if len(c.Headers) == 0 && c.QueryParam == "" {
		errs = errors.New("headers and query_param are both empty: no request could carry a token")
	}
	seen := map[string]bool{}
	for i, name := range c.Headers {
		key := http.CanonicalHeaderKey(name)
		switch {
		case !httpguts.ValidHeaderFieldName(name):
			errs = errors.Join(errs, fmt.Errorf("headers[%d] is %q: not a header name", i, name))
		case seen[key]:
			errs = errors.Join(errs, fmt.Errorf("headers[%d] is %q: listed twice, remove one", i, name))
		}
		seen[key] = true
	}
	return errs
}

func (c *Config) validateAppOriginHeader() error {
	if c.AppOriginHeader == "" || httpguts.ValidHeaderFieldName(c.AppOriginHeader) {
		return nil
	}
	return fmt.Errorf("app_origin_header is %q: not a header name; leave it empty to turn it off", c.AppOriginHeader)
}

func (c *Config) validatePaths() error {
	var errs error
	for _, path := range slices.Sorted(maps.Keys(c.Paths)) {
		if !strings.HasPrefix(path, "/") {
			errs = errors.Join(errs, fmt.Errorf("paths: %q must start with /", path))
		}
		if err := c.Paths[path].Validate(); err != nil {
			errs = errors.Join(errs, fmt.Errorf("paths: %q: %w", path, err))
		}
	}
	return errs
}
