// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage/usagetest"
)

func TestAnyHistory(t *testing.T) {
	r, _ := newRig(t)
	usagetest.Check(t, r.places(t))
}

func TestAnyHistoryInACluster(t *testing.T) {
	r := &rig{t: t, config: configOf(redistest.StartCluster(t).Addrs()...)}
	r.config.Cluster = true
	usagetest.Check(t, r.places(t))
}

// places gives each history keys of its own.
func (r *rig) places(t *testing.T) func() usagetest.Open {
	t.Helper()
	n := 0
	return func() usagetest.Open {
		n++
		r.config.Prefix = fmt.Sprint("history", n)
		return func(now func() time.Time) usage.Store {
			store, err := Open(t.Context(), &r.config)
			require.NoError(t, err)
			store.now = now
			store.time = func(context.Context) (time.Time, error) { return now(), nil }
			return store
		}
	}
}

func TestOriginsAreBounded(t *testing.T) {
	r, _ := newRig(t)
	usagetest.CheckOrigins(t, func(now func() time.Time) usage.Store {
		store := r.collector()
		store.now = now
		return store
	})
}
