// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/component"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

const (
	minResolution = 100 * time.Millisecond
	maxResolution = 10 * time.Second
	maxLimit      = token.MaxLimit
)

// Config configures span_rate_limit.
type Config struct {
	// Resolution is the grain of the 60 s window, 100ms to 10s. Finer is closer to the limit and takes more memory:
	// 60 s / resolution + 2 entries of 16 bytes a window at the most. Default 1s.
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

func createDefaultConfig() component.Config {
	return &Config{
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
	)
}

// Validate names the two values there are.
func (m MissingIdentity) Validate() error {
	if m == MissingIdentityReject || m == MissingIdentityAllow {
		return nil
	}
	return fmt.Errorf("unknown value %q: use reject or allow", string(m)) // the Collector names the field
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

func validateAttribute(field, name string) error {
	if name != "" {
		return nil
	}
	return fmt.Errorf("%s is empty: name an attribute of the authenticator, or leave the field out for the default", field)
}
