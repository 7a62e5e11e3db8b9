// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.uber.org/zap"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redisconn"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry/redisstore"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

func usingRedis(address string) func(*Config) {
	return func(cfg *Config) {
		cfg.Registry.File = createDefaultConfig().(*Config).Registry.File
		cfg.Registry.Redis.GetOrInsertDefault().Endpoints = []string{address}
	}
}

func openStore(t *testing.T, address string) *redisstore.Store {
	t.Helper()
	c := redisconn.NewDefaultConfig()
	c.Endpoints, c.Timeout = []string{address}, 10*time.Second
	s, err := redisstore.Open(t.Context(), &c)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// shopIn creates the token shop-web.
func shopIn(t *testing.T, s *redisstore.Store) {
	t.Helper()
	require.NoError(t, s.Write(t.Context(), audit.Act{},
		registry.Change{Organization: &token.Organization{ID: "acme"}},
		registry.Change{Token: &token.Token{
			ID: "shop-web", Organization: "acme", Kind: token.KindWeb, AllowedOrigins: []string{shop},
			Secrets: []token.Secret{{SHA256: token.DigestOf(secretOf("shop-web"))}},
		}},
	))
}

// eventually waits until a sender of shop-web is answered with the code.
func (f *fixture) eventually(t *testing.T, want codes.Code) {
	t.Helper()
	var last error
	require.Eventually(t, func() bool {
		_, last = f.Authenticate(t.Context(), from("shop-web", shop))
		return status.Code(last) == want
	}, time.Minute, time.Millisecond, "%v", &last)
}

func TestRegistryInRedis(t *testing.T) {
	server := redistest.Start(t)
	s := openStore(t, server.Addr())
	shopIn(t, s)
	f := newFixture(t, usingRedis(server.Addr()))
	_, err := f.Authenticate(t.Context(), from("shop-web", shop))
	require.NoError(t, err, "all is there after the start")

	stored, err := s.Token(t.Context(), "shop-web")
	require.NoError(t, err)
	disabled := *stored.Token
	disabled.Disabled = true
	require.NoError(t, s.Write(t.Context(), audit.Act{}, registry.Change{Token: &disabled, Revision: stored.Revision}))
	f.eventually(t, codes.Unauthenticated)
	require.NoError(t, s.Write(t.Context(), audit.Act{}, registry.Change{Token: stored.Token, Revision: stored.Revision + 1}))
	f.eventually(t, codes.OK)
	require.NoError(t, s.Write(t.Context(), audit.Act{}, registry.DeleteToken("shop-web", stored.Revision+2)))
	f.eventually(t, codes.Unauthenticated)
	assert.Empty(t, f.host.Statuses())
	assert.Zero(t, f.age(t))
}

func TestRedisGoesAndComes(t *testing.T) {
	server := redistest.Start(t, "--appendonly", "yes", "--appendfsync", "always")
	shopIn(t, openStore(t, server.Addr()))
	f := newFixture(t, usingRedis(server.Addr()))
	server.Kill()
	f.awaitStatus(t, componentstatus.StatusRecoverableError)
	_, err := f.Authenticate(t.Context(), from("shop-web", shop))
	require.NoError(t, err, "known tokens keep working")
	_, err = f.Authenticate(t.Context(), from("nobody", shop))
	assert.Equal(t, codes.Unauthenticated, status.Code(err), "unknown ones stay refused")
	assert.Positive(t, f.age(t))
	lines := f.logs.FilterLevelExact(zap.ErrorLevel).All()
	require.Len(t, lines, 1)
	assert.Contains(t, lines[0].ContextMap()["error"], "the registry does not answer: Redis at "+server.Addr())

	server.Restart()
	f.awaitStatus(t, componentstatus.StatusRecoverableError, componentstatus.StatusOK)
	assert.Zero(t, f.age(t))
}

// A sender who comes before the registry is there is told to come again: its token may well be good.
func TestRedisIsAwayAtStart(t *testing.T) {
	server := redistest.Start(t, "--appendonly", "yes", "--appendfsync", "always")
	shopIn(t, openStore(t, server.Addr()))
	server.Kill()
	f := newFixture(t, usingRedis(server.Addr()))
	assert.Equal(t, []componentstatus.Status{componentstatus.StatusRecoverableError}, f.host.Statuses())
	lines := f.logs.FilterLevelExact(zap.ErrorLevel).All()
	require.Len(t, lines, 1)
	assert.Contains(t, lines[0].Message, "nothing is known yet: senders are told to come back, with 503")
	_, err := f.Authenticate(t.Context(), from("shop-web", shop))
	assert.Equal(t, codes.Unavailable, status.Code(err))

	handler, passed := f.handler(t)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/traces", http.NoBody)
	r.Header = from("shop-web", shop)
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	assert.Equal(t, http.StatusServiceUnavailable, w.Code)
	assert.JSONEq(t, `{"code": 14, "message": "the registry of client tokens is away: try again later", "details": [
		{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "REGISTRY_UNAVAILABLE", "domain": "clienttokens"}]}`,
		w.Body.String())
	assert.Empty(t, *passed)
	assert.Equal(t, map[string]int64{"stale": 2}, f.counted(t))

	server.Restart()
	f.eventually(t, codes.OK)
	f.awaitStatus(t, componentstatus.StatusRecoverableError, componentstatus.StatusOK)
}

func TestRedisHasLostTheRegistry(t *testing.T) {
	server := redistest.Start(t)
	s := openStore(t, server.Addr())
	shopIn(t, s)
	backup, err := s.Contents(t.Context())
	require.NoError(t, err)
	f := newFixture(t, usingRedis(server.Addr()))
	require.NoError(t, server.Client().FlushAll(t.Context()).Err())
	f.awaitStatus(t, componentstatus.StatusRecoverableError)
	require.ErrorContains(t, f.host.Events()[0].Err(), "clienttokens import --replace")
	_, err = f.Authenticate(t.Context(), from("shop-web", shop))
	require.NoError(t, err, "nothing is forgotten")
	require.NoError(t, s.Replace(t.Context(), audit.Act{}, backup))
	f.awaitStatus(t, componentstatus.StatusRecoverableError, componentstatus.StatusOK)
	f.eventually(t, codes.OK)
}

func TestFilesThatTLSNames(t *testing.T) {
	f := newStoppedFixture(t, zap.NewNop(), usingRedis("127.0.0.1:6379"), func(cfg *Config) {
		cfg.Registry.Redis.Get().TLS.GetOrInsertDefault().CAFile = "absent.pem"
	})
	require.ErrorContains(t, f.Start(t.Context(), f.host), "registry.redis: tls: ")
}
