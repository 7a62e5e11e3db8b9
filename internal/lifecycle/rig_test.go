// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package lifecycle

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry/filestore"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// rig is an operator at a fixed time, who has a registry with the organization acme. Before writing, somebody else may
// come in between.
type rig struct {
	*Operator
	registry.Store

	t       *testing.T
	clock   time.Time
	between func()
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t, clock: time.Date(2026, 11, 25, 12, 0, 0, 999, time.FixedZone("JST", 9*3600)), between: func() {}}
	r.Store = filestore.Open(filepath.Join(t.TempDir(), "tokens.yaml"), filestore.Options{})
	r.Operator = New(interrupted{r.Store, r}, Options{
		By: "cli:jo", From: "desk", Now: func() time.Time { return r.clock }, Random: rand.NewChaCha8([32]byte{1}),
	})
	_, err := r.CreateOrganization(t.Context(), token.Organization{ID: "acme"})
	require.NoError(t, err)
	return r
}

// interrupted is a store where somebody else comes in before a write.
type interrupted struct {
	registry.Store
	rig *rig
}

func (s interrupted) Write(ctx context.Context, act audit.Act, changes ...registry.Change) error {
	s.rig.between()
	return s.Store.Write(ctx, act, changes...)
}

func (r *rig) create(change func(*token.Token)) Issued {
	r.t.Helper()
	t := token.Token{ID: "shop", Organization: "acme", Kind: token.KindWeb, Name: "Shop"}
	change(&t)
	issued, err := r.Create(r.t.Context(), t)
	require.NoError(r.t, err)
	return issued
}

func (r *rig) stored(id string) registry.Token {
	r.t.Helper()
	t, err := r.Token(r.t.Context(), id)
	require.NoError(r.t, err)
	return t
}

func as(*token.Token) {}

func utc(day, hour int) time.Time {
	return time.Date(2026, 11, day, hour, 0, 0, 0, time.UTC)
}
