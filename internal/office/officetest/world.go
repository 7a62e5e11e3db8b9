// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package officetest

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/lifecycle"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redisconn"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry/filestore"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry/redisstore"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage/memorystore"
)

// World is an office with everything behind it. In the beginning there are the organizations acme, with the tokens
// shop-web and shop-app, and beta.
type World struct {
	*office.Office

	Registry *registry.Registry
	Store    registry.Store
	Counted  *memorystore.Store
	Secrets  []string // all that have been issued
}

// Places are where a world's records can be, by name.
var Places = map[string]func(testing.TB) registry.Store{"file": File, "Redis": Redis}

// File is a store in a file.
func File(tb testing.TB) registry.Store {
	tb.Helper()
	return filestore.Open(filepath.Join(tb.TempDir(), "tokens.yaml"), filestore.Options{})
}

// Redis is a store in a real Redis of its own.
func Redis(tb testing.TB) registry.Store {
	tb.Helper()
	c := redisconn.NewDefaultConfig()
	c.Endpoints, c.Timeout = []string{redistest.Start(tb).Addr()}, 10*time.Second
	s, err := redisstore.Open(tb.Context(), &c)
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

// New returns a world. It ends with the test.
func New(tb testing.TB, store registry.Store) *World {
	tb.Helper()
	w := &World{Store: store, Counted: memorystore.New(time.Now)}
	w.begin(tb)
	w.Registry = registry.New(store.Source())
	require.NoError(tb, w.Registry.Start(context.WithoutCancel(tb.Context()), nil))
	tb.Cleanup(w.Registry.Close)
	w.Office = office.New(office.Options{Registry: w.Registry, Store: store, Usage: w.Counted})
	return w
}

func (w *World) begin(tb testing.TB) {
	tb.Helper()
	operator := lifecycle.New(w.Store, lifecycle.Options{By: "test"})
	for _, o := range []token.Organization{acme(), beta()} {
		_, err := operator.CreateOrganization(tb.Context(), o)
		require.NoError(tb, err)
	}
	for _, id := range []string{"shop-web", "shop-app"} {
		issued, err := operator.Create(tb.Context(), shop(id))
		require.NoError(tb, err)
		w.Secrets = append(w.Secrets, issued.Secret)
	}
}

// StoredOrganization returns an organization as it is stored.
func (w *World) StoredOrganization(tb testing.TB, id string) registry.Organization {
	tb.Helper()
	found, err := w.Store.Organization(tb.Context(), id)
	require.NoError(tb, err)
	return found
}

// StoredToken returns a token as it is stored.
func (w *World) StoredToken(tb testing.TB, id string) registry.Token {
	tb.Helper()
	found, err := w.Store.Token(tb.Context(), id)
	require.NoError(tb, err)
	return found
}
