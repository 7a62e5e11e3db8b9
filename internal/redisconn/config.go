// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package redisconn says where Redis is and makes clients for it: one configuration for every component of ours, so
// that a server, a cluster and sentinels are written, checked and reached the same way everywhere.
package redisconn

import (
	"strings"
	"time"

	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configtls"
)

const (
	defaultPrefix  = "clienttokens"
	defaultTimeout = 100 * time.Millisecond
)

// Config says where Redis is and how long a call may take.
type Config struct {
	// Endpoints are host:port of one server, of the seeds of a cluster (see cluster), or of the sentinels (see
	// master_name). No default.
	Endpoints []string `mapstructure:"endpoints"`

	// Cluster says that the endpoints are seeds of a Redis Cluster; one is enough. Default false.
	Cluster bool `mapstructure:"cluster"`

	// MasterName says that the endpoints are sentinels, and which master to ask them for. Default none.
	MasterName string `mapstructure:"master_name"`

	// Username is the ACL user; it needs a password. Default none, which is Redis' user "default".
	Username string `mapstructure:"username"`

	// Password is the password of the user. Default none.
	Password configopaque.String `mapstructure:"password"`

	// SentinelUsername and SentinelPassword are the same for the sentinels, which don't share theirs with the master.
	// Default none.
	SentinelUsername string              `mapstructure:"sentinel_username"`
	SentinelPassword configopaque.String `mapstructure:"sentinel_password"`

	// DB is the number of the database; a cluster has only 0. Default 0.
	DB int `mapstructure:"db"`

	// TLS is on when this is there, even if it is empty. It goes for the servers and the sentinels. Default plain text.
	TLS configoptional.Optional[configtls.ClientConfig] `mapstructure:"tls"`

	// Prefix is what all keys begin with: up to 64 letters, digits and . _ : -. Default clienttokens.
	Prefix string `mapstructure:"prefix"`

	// Timeout is how long one call may take, waiting for a connection included: 5ms to 10s. Default 100ms.
	Timeout time.Duration `mapstructure:"timeout"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// NewDefaultConfig has all but the endpoints.
func NewDefaultConfig() Config {
	return Config{
		// Not None: then a lone `tls:` would be read as absent, and mean plain text.
		TLS:     configoptional.Default(configtls.NewDefaultClientConfig()),
		Prefix:  defaultPrefix,
		Timeout: defaultTimeout,
	}
}

// Describe is for log lines. It names no user and no password.
func Describe(c *Config) string {
	endpoints := strings.Join(c.Endpoints, ", ")
	switch {
	case c.Cluster:
		return "Redis Cluster at " + endpoints
	case c.MasterName != "":
		return "Redis master " + c.MasterName + " of sentinels " + endpoints
	default:
		return "Redis at " + endpoints
	}
}
