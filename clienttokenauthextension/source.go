// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"context"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry/filestore"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry/redisstore"
)

// client_token_admin works with these.
var _ office.Source = (*authenticator)(nil)

// Registry returns the tokens being served.
func (a *authenticator) Registry() *registry.Registry {
	return a.registry
}

// OpenStore returns the store that the registry follows. Who opens it closes it.
func (a *authenticator) OpenStore(ctx context.Context) (registry.Store, error) {
	return a.config.Registry.open(ctx)
}

// open returns the store of the registry.
func (c *RegistryConfig) open(ctx context.Context) (registry.Store, error) {
	if c.Redis.HasValue() {
		return redisstore.Open(ctx, c.Redis.Get())
	}
	file := c.File.Get()
	return filestore.Open(file.Path, filestore.Options{ReadOnly: file.ReadOnly}), nil
}
