// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"context"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redisconn"
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

// RegistryRedis returns where the registry is, if that is Redis.
func (a *authenticator) RegistryRedis() *redisconn.Config {
	return a.config.Registry.Redis.Get()
}

// OpenStore returns the store that the registry follows. Who opens it closes it.
func (a *authenticator) OpenStore(ctx context.Context) (registry.Store, error) {
	return a.openStore(ctx)
}

// opener opens a store.
type opener = func(context.Context) (registry.Store, error)

// source returns what follows the registry, and what opens its store. That of a file is one and the same: what it writes
// is served at once, and it knows what could not be noted beside the file.
func (c *RegistryConfig) source() (registry.Source, opener) {
	if c.Redis.HasValue() {
		return redisstore.Follow(c.Redis.Get()), c.openRedis
	}
	file := c.File.Get()
	store := filestore.Open(file.Path, filestore.Options{ReadOnly: file.ReadOnly, NoteEdits: true})
	return store.Source(), func(context.Context) (registry.Store, error) { return store, nil }
}

func (c *RegistryConfig) openRedis(ctx context.Context) (registry.Store, error) {
	store, err := redisstore.Open(ctx, c.Redis.Get())
	if err != nil {
		return nil, err
	}
	return store, nil
}
