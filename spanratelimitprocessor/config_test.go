// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redisconn"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/spanratelimitprocessor/internal/metadata"
)

// load reads one block of testdata/config.yaml over the defaults.
func load(t *testing.T, name string) (*Config, error) {
	t.Helper()
	file, err := confmaptest.LoadConf("testdata/config.yaml")
	require.NoError(t, err)
	id := component.NewIDWithName(metadata.Type, name)
	require.True(t, file.IsSet(id.String()), "no block %v", id)
	block, err := file.Sub(id.String())
	require.NoError(t, err)
	cfg := NewFactory().CreateDefaultConfig().(*Config)
	return cfg, block.Unmarshal(cfg)
}

// defaults spells out what createDefaultConfig promises: users rely on these names.
func defaults(edit func(*Config)) *Config {
	cfg := &Config{
		Redis:                      configoptional.Default(redisconn.NewDefaultConfig()),
		OnRedisError:               "local",
		Replicas:                   1,
		Resolution:                 time.Second,
		MissingIdentity:            "reject",
		TokenAttribute:             "token_id",
		OrganizationAttribute:      "organization_id",
		TokenLimitAttribute:        "token_spans_per_minute",
		OrganizationLimitAttribute: "organization_spans_per_minute",
	}
	edit(cfg)
	return cfg
}

func withRedis(edit func(*Config)) func(*Config) {
	return func(c *Config) {
		c.Redis.GetOrInsertDefault().Endpoints = []string{"127.0.0.1:6379"}
		edit(c)
	}
}

func TestConfigValid(t *testing.T) {
	for name, edit := range map[string]func(*Config){
		"":                      func(*Config) {},
		"coarsest":              func(c *Config) { c.Resolution = 10 * time.Second },
		"finest":                func(c *Config) { c.Resolution = 100 * time.Millisecond },
		"default_limit_zero":    func(c *Config) { c.DefaultOrganizationSpansPerMinute = new(int64(0)) },
		"default_limit_highest": func(c *Config) { c.DefaultOrganizationSpansPerMinute = new(int64(1_000_000_000)) },
		"default_limit_empty":   func(*Config) {},
		"defaults_spelled_out":  func(*Config) {},
		"redis":                 withRedis(func(*Config) {}),
		"redis_allow":           withRedis(func(c *Config) { c.OnRedisError = "allow" }),
		"redis_most_replicas":   withRedis(func(c *Config) { c.Replicas = 10_000 }),
		"everything": func(c *Config) {
			redis := c.Redis.GetOrInsertDefault()
			redis.Endpoints = []string{"redis.example:6380"}
			redis.Prefix = "shop"
			redis.Timeout = 50 * time.Millisecond
			c.OnRedisError = "reject"
			c.Replicas = 3
			c.Resolution = 250 * time.Millisecond
			c.MissingIdentity = "allow"
			c.TokenAttribute = "subject"
			c.OrganizationAttribute = "tenant"
			c.TokenLimitAttribute = "subject_limit"
			c.OrganizationLimitAttribute = "tenant_limit"
			c.DefaultOrganizationSpansPerMinute = new(int64(6000))
		},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, err := load(t, name)
			require.NoError(t, err)
			require.NoError(t, confmap.Validate(cfg))
			assert.Equal(t, defaults(edit), cfg)
		})
	}
}

func TestConfigInvalid(t *testing.T) {
	empty := func(field string) []string {
		return []string{field + " is empty: name an attribute of the authenticator, or leave the field out for the default"}
	}
	for name, want := range map[string][]string{
		"resolution_zero":                    {"resolution is 0s: use 100ms to 10s"},
		"resolution_negative":                {"resolution is -1s: use 100ms to 10s"},
		"resolution_too_fine":                {"resolution is 99.999ms: use 100ms to 10s"},
		"resolution_too_coarse":              {"resolution is 10.001s: use 100ms to 10s"},
		"missing_identity_unknown":           {`missing_identity: unknown value "maybe": use reject or allow`},
		"missing_identity_empty":             {`missing_identity: unknown value "": use reject or allow`},
		"token_attribute_empty":              empty("token_attribute"),
		"organization_attribute_empty":       empty("organization_attribute"),
		"token_limit_attribute_empty":        empty("token_limit_attribute"),
		"organization_limit_attribute_empty": empty("organization_limit_attribute"),
		"default_limit_negative": {"default_organization_spans_per_minute is -1: " +
			"use 0 to 1,000,000,000, or leave it out for no limit"},
		"default_limit_too_high": {"default_organization_spans_per_minute is 1000000001: " +
			"use 0 to 1,000,000,000, or leave it out for no limit"},
		"redis_empty":            {"redis: endpoints is empty: name at least one host:port"},
		"on_redis_error_unknown": {`on_redis_error: unknown value "block": use local, allow or reject`},
		"on_redis_error_empty":   {`on_redis_error: unknown value "": use local, allow or reject`},
		"replicas_zero":          {"replicas is 0: use 1 to 10000, the number of collectors that share the Redis"},
		"replicas_too_many":      {"replicas is 10001: use 1 to 10000, the number of collectors that share the Redis"},
		"without_redis": {
			"on_redis_error is set without redis: name the Redis that collectors share, or leave on_redis_error out",
			"replicas is set without redis: name the Redis that collectors share, or leave replicas out",
		},
		"without_redis_either": {
			"replicas is 0: use 1 to 10000, the number of collectors that share the Redis",
			`on_redis_error: unknown value "deny": use local, allow or reject`,
		},
		"redis_several": {
			"replicas is -1: use 1 to 10000, the number of collectors that share the Redis",
			"redis: endpoints[0] is \"redis\": add :6379",
			"timeout is 1ms: use 5ms to 10s",
			`on_redis_error: unknown value "fail": use local, allow or reject`,
		},
		"several": {
			"resolution is 1m0s: use 100ms to 10s",
			"token_attribute is empty: name an attribute of the authenticator, or leave the field out for the default",
			"default_organization_spans_per_minute is -5: use 0 to 1,000,000,000, or leave it out for no limit",
			`missing_identity: unknown value "drop": use reject or allow`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, err := load(t, name)
			require.NoError(t, err)
			assert.EqualError(t, confmap.Validate(cfg), strings.Join(want, "\n"))
		})
	}
}

// What has the wrong type must not become a limit of 0 or of 1, nor be ignored.
func TestConfigUnreadable(t *testing.T) {
	for name, want := range map[string]string{
		"default_limit_word":      "default_organization_spans_per_minute",
		"resolution_without_unit": "missing unit in duration",
		"unknown_key":             "invalid keys: redis_url",
		"redis_unknown_key":       "invalid keys: endpoint",
		"replicas_word":           "replicas",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(t, name)
			assert.ErrorContains(t, err, want)
		})
	}
}
