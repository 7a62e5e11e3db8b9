// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import "github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redisconn"

// RegistryRedis returns where the registry is, if that is Redis.
func (a *authenticator) RegistryRedis() *redisconn.Config {
	return a.config.Registry.Redis.Get()
}
