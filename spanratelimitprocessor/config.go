// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configoptional"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redisconn"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

const (
	minResolution = 100 * time.Millisecond
	maxResolution = 10 * time.Second
	maxReplicas   = 10_000
	maxLimit      = token.MaxLimit
)

// Config configures span_rate_limit.
type Config struct {
	// Redis keeps the windows, and all collectors that name the same one, with the same prefix, hold each limit together.
	// Absent (default): in this process, each collector for itself.
	Redis configoptional.Optional[redisconn.Config] `mapstructure:"redis"`

	// OnRedisError says how a batch is decided that Redis can't be asked about: local (default), by this collector's
	// share of the limits; allow; or reject, with Unavailable.
	OnRedisError OnRedisError `mapstructure:"on_redis_error"`

	// Replicas is the number of collectors that share the Redis, 1 to 10000: while it is away, local admits that part
	// of each limit. Default 1.
	Replicas int `mapstructure:"replicas"`

	// Resolution is the grain of the 60 s window, 100ms to 10s. Finer is closer to the limit and takes more memory:
	// 60 s / resolution + 2 entries of 16 bytes a window at the most. With Redis it is also how long a lease lasts, and
	// must be the same in all collectors that share it. Default 1s.
	Resolution time.Duration `mapstructure:"resolution"`

	// MissingIdentity says what becomes of a batch without client.Info.Auth, or with one that names no organization:
	// reject (default) or allow. A sender whose id or limit can't be read is refused in any case.
	MissingIdentity MissingIdentity `mapstructure:"missing_identity"`

	// TokenAttribute is the attribute of client.Info.Auth that names the token. Default token_id.
	TokenAttribute string `mapstructure:"token_attribute"`

	// OrganizationAttribute is the attribute of client.Info.Auth that names the organization. Default organization_id.
	OrganizationAttribute string `mapstructure:"organization_attribute"`

	// TokenLimitAttribute is the attribute with the token's spans a minute: a number or a decimal string; absent is
	// unlimited, 0 admits nothing. Default token_spans_per_minute.
	TokenLimitAttribute string `mapstructure:"token_limit_attribute"`

	// OrganizationLimitAttribute is the same for the organization. Default organization_spans_per_minute.
	OrganizationLimitAttribute string `mapstructure:"organization_limit_attribute"`

	// DefaultOrganizationSpansPerMinute is used where the organization has no limit of its own. Absent (default) is
	// unlimited, 0 admits nothing.
	DefaultOrganizationSpansPerMinute *int64 `mapstructure:"default_organization_spans_per_minute"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// MissingIdentity says what becomes of a batch nobody is known to have sent.
type MissingIdentity string

// The values of missing_identity.
const (
	MissingIdentityReject MissingIdentity = "reject"
	MissingIdentityAllow  MissingIdentity = "allow"
)

// OnRedisError says how a batch is decided that Redis can't be asked about.
type OnRedisError string

// The values of on_redis_error.
const (
	OnRedisErrorLocal  OnRedisError = "local"
	OnRedisErrorAllow  OnRedisError = "allow"
	OnRedisErrorReject OnRedisError = "reject"
)

func createDefaultConfig() component.Config {
	return &Config{
		// Not None: then a lone `redis:` would be read as absent, and each collector would count for itself.
		Redis:                      configoptional.Default(redisconn.NewDefaultConfig()),
		OnRedisError:               OnRedisErrorLocal,
		Replicas:                   1,
		Resolution:                 time.Second,
		MissingIdentity:            MissingIdentityReject,
		TokenAttribute:             identity.TokenID,
		OrganizationAttribute:      identity.OrganizationID,
		TokenLimitAttribute:        identity.TokenSpansPerMinute,
		OrganizationLimitAttribute: identity.OrganizationSpansPerMinute,
	}
}

// Validate reports all faults at once.
func (c *Config) Validate() error {
	return errors.Join(
		c.validateResolution(),
		validateAttribute("token_attribute", c.TokenAttribute),
		validateAttribute("organization_attribute", c.OrganizationAttribute),
		validateAttribute("token_limit_attribute", c.TokenLimitAttribute),
		validateAttribute("organization_limit_attribute", c.OrganizationLimitAttribute),
		c.validateDefaultLimit(),
		c.validateReplicas(),
		c.validateWithoutRedis(),
	)
}

// Validate names the two values there are.
func (m MissingIdentity) Validate() error {
	if m == MissingIdentityReject || m == MissingIdentityAllow {
		return nil
	}
	return fmt.Errorf("unknown value %q: use reject or allow", string(m)) // the Collector names the field
}

// Validate names the three values there are.
func (o OnRedisError) Validate() error {
	switch o {
	case OnRedisErrorLocal, OnRedisErrorAllow, OnRedisErrorReject:
		return nil
	default:
		return fmt.Errorf("unknown value %q: use local, allow or reject", string(o))
	}
}

func (c *Config) validateResolution() error {
	if c.Resolution >= minResolution && c.Resolution <= maxResolution {
		return nil
	}
	return fmt.Errorf("resolution is %v: use %v to %v", c.Resolution, minResolution, maxResolution)
}

func (c *Config) validateDefaultLimit() error {
	limit := c.DefaultOrganizationSpansPerMinute
	if limit == nil || (*limit >= 0 && *limit <= maxLimit) {
		return nil
	}
	return fmt.Errorf("default_organization_spans_per_minute is %d: "+
		"use 0 to 1,000,000,000, or leave it out for no limit", *limit)
}

func (c *Config) validateReplicas() error {
	if c.Replicas >= 1 && c.Replicas <= maxReplicas {
		return nil
	}
	return fmt.Errorf("replicas is %d: use 1 to %d, the number of collectors that share the Redis", c.Replicas, maxReplicas)
}

// validateWithoutRedis finds what would have no effect. Who sets it believes that limits are shared.
func (c *Config) validateWithoutRedis() error {
	if c.Redis.HasValue() {
		return nil
	}
	fault := func(field string) error {
		return fmt.Errorf("%s is set without redis: name the Redis that collectors share, or leave %s out", field, field)
	}
	var faults []error
	if c.OnRedisError != OnRedisErrorLocal && c.OnRedisError.Validate() == nil {
		faults = append(faults, fault("on_redis_error"))
	}
	if c.Replicas != 1 && c.validateReplicas() == nil {
		faults = append(faults, fault("replicas"))
	}
	return errors.Join(faults...)
}

func validateAttribute(field, name string) error {
	if name != "" {
		return nil
	}
	return fmt.Errorf("%s is empty: name an attribute of the authenticator, or leave the field out for the default", field)
}
