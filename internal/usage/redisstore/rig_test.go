// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redisconn"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	acme = usage.Subject{Organization: "acme"}
	shop = usage.Subject{Organization: "acme", Token: "shop"}
	noon = time.Date(2029, 6, 1, 12, 0, 0, 0, time.UTC)
)

// rig is a Redis server, and a clock that stands still.
type rig struct {
	t      *testing.T
	config redisconn.Config
	client redis.UniversalClient
	now    time.Time
}

func newRig(t *testing.T) (*rig, *redistest.Server) {
	t.Helper()
	server := redistest.Start(t)
	return &rig{t: t, config: configOf(server.Addr()), client: server.Client(), now: noon}, server
}

func configOf(endpoints ...string) redisconn.Config {
	c := redisconn.NewDefaultConfig()
	c.Endpoints, c.Timeout = endpoints, 5*time.Second
	return c
}

// open returns a store of another collector, to be closed.
func (r *rig) open() *Store {
	r.t.Helper()
	store, err := Open(r.t.Context(), &r.config)
	require.NoError(r.t, err)
	store.now = func() time.Time { return r.now }
	store.time = func(context.Context) (time.Time, error) { return r.now, nil }
	return store
}

// collector returns a store that is closed after the test.
func (r *rig) collector() *Store {
	r.t.Helper()
	store := r.open()
	r.t.Cleanup(func() { _ = store.Close(context.Background()) })
	return store
}

// keys returns all keys of usage.
func (r *rig) keys() []string {
	r.t.Helper()
	keys, err := r.client.Keys(r.t.Context(), "*").Result()
	require.NoError(r.t, err)
	return keys
}

// memory returns the bytes that the keys of a token take which would be there by the rig's clock.
func (r *rig) memory(token string) (bytes int64, keys int) {
	r.t.Helper()
	for _, key := range r.keys() {
		if _, rest, ok := strings.Cut(key, ":t:"+token+":"); ok && !r.expired(rest) {
			n, err := r.client.MemoryUsage(r.t.Context(), key, 0).Result()
			require.NoError(r.t, err)
			bytes, keys = bytes+n, keys+1
		}
	}
	return bytes, keys
}

// expired goes by the end of a key.
func (r *rig) expired(end string) bool {
	kind, text, _ := strings.Cut(end, ":")
	number, _ := strconv.ParseInt(text, 10, 64)
	switch kind {
	case "m":
		return !r.now.Before(usage.Minutes.Expires(number))
	case "h":
		return !r.now.Before(usage.Hours.Expires(number))
	case "o":
		return !r.now.Before(usage.Hours.Begin(number + 1).Add(usage.OriginsKept))
	default:
		return false
	}
}

// totals returns what is known of the last 24 hours.
func (r *rig) totals(s *Store, subject usage.Subject) usage.Counts {
	r.t.Helper()
	totals, err := s.Totals(r.t.Context(), usage.LastDay(r.now), subject)
	require.NoError(r.t, err)
	return totals[0]
}

// batch is one that admits spans.
func (r *rig) batch(admitted int64, subjects ...usage.Subject) *usage.Batch {
	b := &usage.Batch{Time: r.now}
	for _, s := range subjects {
		b.Deltas = append(b.Deltas, usage.Delta{Subject: s, Counts: usage.Counts{Admitted: admitted}})
	}
	return b
}
