// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"context"
	"fmt"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redisconn"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// rig is a Redis with a store, and a collector that follows it step by step.
type rig struct {
	*Store

	t      *testing.T
	server *redistest.Server
	tail   *tail
	mirror *mirror
}

func newRig(t *testing.T, arguments ...string) *rig {
	t.Helper()
	server := redistest.Start(t, arguments...)
	r := &rig{t: t, server: server, Store: open(t, configOf(server.Addr()))}
	r.tail, r.mirror = r.follow()
	return r
}

// follow starts another collector.
func (r *rig) follow() (*tail, *mirror) {
	m := newMirror(r.t)
	return newTail(r.client, r.config, m), m
}

func configOf(addresses ...string) *redisconn.Config {
	c := redisconn.NewDefaultConfig()
	c.Endpoints, c.Timeout = addresses, 10*time.Second
	return &c
}

func open(tb testing.TB, c *redisconn.Config) *Store {
	tb.Helper()
	s, err := Open(tb.Context(), c)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, s.Close()) })
	return s
}

// step lets the collector go on, and says what it knows.
func (r *rig) step() string {
	r.t.Helper()
	r.tail.step(r.t.Context())
	return r.mirror.String()
}

func (r *rig) must(changes ...registry.Change) {
	r.t.Helper()
	require.NoError(r.t, r.Write(r.t.Context(), audit.Act{}, changes...))
}

// redis runs a command.
func (r *rig) redis(arguments ...any) any {
	r.t.Helper()
	result, err := r.client.Do(r.t.Context(), arguments...).Result()
	if err != redis.Nil { //nolint:errorlint // it is never wrapped
		require.NoError(r.t, err, arguments)
	}
	return result
}

// organization returns a change to an organization with a limit.
func organization(id string, limit int64, base registry.Revision) registry.Change {
	return registry.Change{Organization: &token.Organization{ID: id, SpansPerMinute: &limit}, Revision: base}
}

// tokenOf returns a change to a token of acme with a limit.
func tokenOf(id string, limit int64, base registry.Revision) registry.Change {
	return registry.Change{Token: record(id, limit), Revision: base}
}

func record(id string, limit int64) *token.Token {
	return &token.Token{
		ID: id, Organization: "acme", Kind: token.KindWeb, SpansPerMinute: &limit,
		AllowedOrigins: []string{"https://" + id + ".example.com", "https://*." + id + ".example.com"},
		Secrets:        []token.Secret{{SHA256: token.DigestOf("secret of " + id), CreatedAt: time.Unix(1_800_000_000, 0).UTC()}},
	}
}

// revision returns the present revision of a token.
func (r *rig) revision(id string) registry.Revision {
	r.t.Helper()
	t, err := r.Token(r.t.Context(), id)
	require.NoError(r.t, err)
	return t.Revision
}

// mirror is a follower that keeps what it is told.
type mirror struct {
	t        *testing.T
	mu       sync.Mutex
	records  map[string]string // "token a" → limit and revision
	loads    int
	warnings []registry.Fault
	failures []error
	current  bool
}

var _ registry.Follower = (*mirror)(nil)

func newMirror(t *testing.T) *mirror {
	t.Helper()
	return &mirror{t: t}
}

// Loaded implements registry.Follower.
func (m *mirror) Loaded(c *registry.Contents) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.records = map[string]string{}
	m.loads++
	m.warnings = c.Warnings
	for _, o := range c.Organizations {
		m.put(registry.Change{Organization: o.Organization, Revision: o.Revision})
	}
	for _, t := range c.Tokens {
		m.put(registry.Change{Token: t.Token, Revision: t.Revision})
	}
}

// Changed implements registry.Follower.
func (m *mirror) Changed(changes []registry.Change) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range changes {
		if c.Deleted {
			delete(m.records, c.String())
		} else {
			m.put(c)
		}
	}
}

func (m *mirror) put(c registry.Change) {
	m.records[c.String()] = describe(c)
}

func describe(c registry.Change) string {
	limit := int64(-1)
	switch {
	case c.Token != nil && c.Token.SpansPerMinute != nil:
		limit = *c.Token.SpansPerMinute
	case c.Organization != nil && c.Organization.SpansPerMinute != nil:
		limit = *c.Organization.SpansPerMinute
	}
	return fmt.Sprintf("%s %d@%d", c, limit, c.Revision)
}

// Current implements registry.Follower.
func (m *mirror) Current() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.current = true
}

// Failed implements registry.Follower.
func (m *mirror) Failed(reason error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.current = false
	m.failures = append(m.failures, reason)
}

// String lists what is known: "organization acme 60@1, token a 5@2".
func (m *mirror) String() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []string
	for _, text := range m.records {
		all = append(all, text)
	}
	sort.Strings(all)
	return strings.Join(all, ", ")
}

func (m *mirror) failed() []error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.failures
}

func (m *mirror) isCurrent() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.current
}

// contentsOf lists what a store holds, as mirror does.
func contentsOf(ctx context.Context, s registry.Store) (string, error) {
	c, err := s.Contents(ctx)
	if err != nil {
		return "", err
	}
	m := &mirror{}
	m.Loaded(c)
	return m.String(), nil
}
