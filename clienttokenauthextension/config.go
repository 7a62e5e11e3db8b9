// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configoptional"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/admission"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/forwarded"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redisconn"
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

	// TrustedProxies are addresses and CIDRs of proxies whose X-Forwarded-For is believed when clients are told apart, as
	// client_spans_per_minute of a token does. Default: none, so a client is whoever has connected.
	TrustedProxies []string `mapstructure:"trusted_proxies"`

	// Paths tells, for the HTTP middleware, what each path takes. A path that is not listed is never passed on. Entries
	// add to the defaults: /v1/traces, /v1/metrics, /v1/logs, /v1development/profiles, and /api/v1/write for remote_write.
	Paths map[string]Intake `mapstructure:"paths"`

	// WiringCheck says what becomes of a configuration that would leave a hole: strict (default) refuses to start,
	// warn logs.
	WiringCheck WiringCheck `mapstructure:"wiring_check"`

	// Usage says whether and where it is kept what tokens are used for.
	Usage UsageConfig `mapstructure:"usage"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// UsageConfig says whether and where usage is kept: in the Redis of the registry, if it lives there, else in this process.
type UsageConfig struct {
	// Enabled has spans and refusals counted for each token and organization, by the minute for a day and by the hour for
	// 30 days. Default true.
	Enabled bool `mapstructure:"enabled"`

	// Storage is an extension that keeps it over a restart where it is in this process, such as file_storage. Default none.
	Storage *component.ID `mapstructure:"storage"`

	// Redis adds it up for a fleet. Its timeout is 2s by default. Default registry.redis, if that is there.
	Redis configoptional.Optional[redisconn.Config] `mapstructure:"redis"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// RegistryConfig says where tokens live.
type RegistryConfig struct {
	// File is a YAML file of tokens and organizations, reloaded when it changes. This or redis.
	File configoptional.Optional[FileConfig] `mapstructure:"file"`

	// Redis keeps the records for a whole fleet, which knows of every change at once. Its timeout is 2s by default.
	Redis configoptional.Optional[redisconn.Config] `mapstructure:"redis"`

	// MaxStaleness is how long tokens are served while it is not known whether they are still what the registry holds,
	// since Redis is away or the file can't be served: then all are refused with 503. At least 10s; 0 (default): no bound.
	MaxStaleness time.Duration `mapstructure:"max_staleness"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// FileConfig points to a token file.
type FileConfig struct {
	// Path of the file. A relative one starts at the Collector's working directory. Required.
	Path string `mapstructure:"path"`

	// ReadOnly keeps this Collector from writing to the file. Default false.
	ReadOnly bool `mapstructure:"read_only"`

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

// Intake is what a path takes: traces, metrics, logs or profiles in OTLP, or remote_write, which are metrics, too, but from
// tokens of that kind only.
type Intake string

// WiringCheck says how seriously a miswired configuration is taken.
type WiringCheck string

// The values of wiring_check.
const (
	WiringCheckStrict WiringCheck = "strict"
	WiringCheckWarn   WiringCheck = "warn"
)

func createDefaultConfig() component.Config {
	defaults := admission.Defaults()
	paths := make(map[string]Intake, len(defaults.Paths))
	for path, intake := range defaults.Paths {
		paths[path] = Intake(intake)
	}
	return &Config{
		Registry: RegistryConfig{
			// Not None: then a lone `redis:` would be read as absent.
			Redis: configoptional.Default(redisDefaults()),
		},
		Headers:         defaults.Headers,
		QueryParam:      defaults.QueryParam,
		AppOriginHeader: defaults.AppOriginHeader,
		OriginMode:      OriginModeEnforce,
		Paths:           paths,
		WiringCheck:     WiringCheckStrict,
		Usage:           UsageConfig{Enabled: true, Redis: configoptional.Default(redisDefaults())},
	}
}

// redisDefaults allow a call longer than the limiter's: nobody waits for it, and a page of many tokens is large.
func redisDefaults() redisconn.Config {
	c := redisconn.NewDefaultConfig()
	c.Timeout = 2 * time.Second
	return c
}

// place names the field that says where the registry is.
func (c *RegistryConfig) place() string {
	if c.Redis.HasValue() {
		return "registry.redis"
	}
	return "registry.file.path"
}

// proxies returns those that are trusted, or what is wrong with each that can't be read.
func (c *Config) proxies() (forwarded.Proxies, error) {
	return forwarded.ParseProxies("trusted_proxies", c.TrustedProxies)
}

// usageRedis returns the Redis in which usage is kept, nil if it is kept elsewhere.
func (c *Config) usageRedis() *redisconn.Config {
	if c.Usage.Redis.HasValue() {
		return c.Usage.Redis.Get()
	}
	return c.Registry.Redis.Get()
}

func (c *Config) settings() admission.Settings {
	s := admission.Settings{
		Headers:         c.Headers,
		QueryParam:      c.QueryParam,
		AppOriginHeader: c.AppOriginHeader,
		ReportOnly:      c.OriginMode == OriginModeReport,
		Paths:           make(map[string]admission.Intake, len(c.Paths)),
		MaxStaleness:    c.Registry.MaxStaleness,
	}
	for path, intake := range c.Paths {
		s.Paths[path] = admission.Intake(intake)
	}
	return s
}
