// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"cmp"
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configauth"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.uber.org/zap"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/admission"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redisconn"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/statustest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
	usageredis "github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage/redisstore"
)

// used is what is known of a token's use.
type used struct {
	refused map[string]int64
	origins []usage.Origin
	last    bool
}

// usageOf ends the extension, so that all is stored, and returns what is of a token of acme, or of acme itself.
func (f *fixture) usageOf(t *testing.T, id string) used {
	t.Helper()
	require.NoError(t, f.Shutdown(t.Context()))
	return readUsage(t, f.Usage(), f.clock.now(), usage.Subject{Organization: "acme", Token: id})
}

func readUsage(t *testing.T, r usage.Reader, now time.Time, s usage.Subject) used {
	t.Helper()
	totals, err := r.Totals(t.Context(), usage.LastDay(now), s)
	require.NoError(t, err)
	origins, err := r.Origins(t.Context(), s, now)
	require.NoError(t, err)
	last, err := r.LastUse(t.Context(), s)
	require.NoError(t, err)
	return used{totals[0].RequestsRefused.ByName(), origins, !last[0].Token.IsZero()}
}

func TestUsage(t *testing.T) {
	only := func(reason string) used { return used{map[string]int64{reason: 1}, nil, false} }
	for name, tt := range map[string]struct {
		token, path string // the path of traces if it is empty; no token is the organization
		headers     http.Header
		want        used
	}{
		"accepted":       {"shop-web", "", from("shop-web", shop), used{nil, []usage.Origin{{Origin: shop, Allowed: 1}}, true}},
		"without origin": {"any-app", "", from("any-app", ""), used{nil, nil, true}},
		"denied": {
			"shop-web", "", from("shop-web", evil),
			used{map[string]int64{"origin_denied": 1}, []usage.Origin{{Origin: evil, Refused: 1}}, false},
		},
		"reported": {
			"report-web", "", from("report-web", evil),
			used{nil, []usage.Origin{{Origin: evil, Reported: 1}}, true},
		},
		"missing":          {"shop-web", "", from("shop-web", ""), only("origin_missing")},
		"malformed":        {"shop-web", "", from("shop-web", "https://a b"), only("origin_malformed")},
		"disabled":         {"switched-off", "", from("switched-off", shop), only("disabled")},
		"signal":           {"shop-web", "/v1/logs", from("shop-web", shop), only("signal_denied")},
		"path":             {"shop-web", "/v1/spans", from("shop-web", shop), only("path_unknown")},
		"unknown":          {"", "", from("nobody", shop), used{}},
		"another token":    {"enforce-web", "", from("shop-web", shop), used{}},
		"the organization": {"", "", from("shop-web", evil), only("origin_denied")},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			newServer(t, f, func(*confighttp.ServerConfig) {}).post(t, cmp.Or(tt.path, "/v1/traces"), tt.headers, "")
			if tt.want.refused == nil {
				tt.want.refused = map[string]int64{}
			}
			assert.Equal(t, tt.want, f.usageOf(t, tt.token))
		})
	}
}

// With auth: in front the request is counted once, too, though two look at it.
func TestUsageBehindAuth(t *testing.T) {
	both := func(f *fixture) func(*confighttp.ServerConfig) {
		return func(c *confighttp.ServerConfig) {
			c.Auth = configoptional.Some(confighttp.AuthConfig{Config: configauth.Config{AuthenticatorID: f.id}})
		}
	}
	f := newFixture(t)
	server := newServer(t, f, both(f))
	server.post(t, "/v1/traces", from("shop-web", shop), "")
	server.post(t, "/v1/logs", from("shop-web", shop), "")
	assert.Equal(t,
		used{map[string]int64{"signal_denied": 1}, []usage.Origin{{Origin: shop, Allowed: 2}}, true},
		f.usageOf(t, "shop-web"))
}

// Shed requests use the token, and what they probably held is estimated.
func TestUsageOfShed(t *testing.T) {
	f := newFlooded(t)
	f.used(t, time.Minute, 0)
	server := newServer(t, f.fixture, func(*confighttp.ServerConfig) {})
	for range 3 {
		server.post(t, "/v1/traces", from("page", shop), "")
	}
	assert.Equal(t,
		used{map[string]int64{"shed": 3}, []usage.Origin{{Origin: shop, Allowed: 3}}, true},
		f.usageOf(t, "page"))
	page := usage.Subject{Organization: "acme", Token: "page"}
	totals, err := f.Usage().Totals(t.Context(), usage.LastDay(f.clock.now()), page)
	require.NoError(t, err)
	assert.EqualValues(t, 90, totals[0].ShedEstimated)
}

// Which secret of a rotation is still in use is known.
func TestUsageOfSecrets(t *testing.T) {
	f := newFixture(t)
	grant, known := f.registry.Lookup(token.DigestOf("test-secret-rotating-new"))
	require.True(t, known)
	_, err := f.Authenticate(t.Context(), headers("X-Client-Token", "test-secret-rotating-new"))
	require.NoError(t, err)
	require.NoError(t, f.Shutdown(t.Context()))
	last, err := f.Usage().LastUse(t.Context(), usage.Subject{Organization: "acme", Token: "rotating"})
	require.NoError(t, err)
	at := f.clock.now()
	assert.Equal(t, usage.LastUse{
		Token: at, Secrets: map[usage.SecretKey]time.Time{usage.KeyOf(grant.Secret().SHA256): at},
	}, last[0])
}

func TestUsageOff(t *testing.T) {
	f := newFixture(t, func(c *Config) { c.Usage.Enabled = false })
	newServer(t, f, func(*confighttp.ServerConfig) {}).post(t, "/v1/traces", from("shop-web", evil), "")
	assert.Nil(t, f.Usage())
	assert.Equal(t, map[string]int64{"origin_denied": 1}, f.counted(t))
}

// Every outcome that refuses a known token has its reason, under the name that it has in metrics.
func TestReasons(t *testing.T) {
	nobodys := map[admission.Outcome]bool{admission.Missing: true, admission.Ambiguous: true, admission.Unknown: true}
	for o := range admission.NumOutcomes {
		if !o.Admits() && !nobodys[o] {
			assert.Equal(t, o.Verdict().Label, reasons[o].String())
		}
	}
}

// Usage goes to the Redis of the registry, or to another one.
func TestUsageInRedis(t *testing.T) {
	registry, other := redistest.Start(t), redistest.Start(t)
	shopIn(t, openStore(t, registry.Addr()))
	for name, tt := range map[string]struct {
		change func(*Config)
		kept   *redistest.Server
	}{
		"the registry's": {func(*Config) {}, registry},
		"another": {func(c *Config) {
			c.Usage.Redis.GetOrInsertDefault().Endpoints = []string{other.Addr()}
		}, other},
	} {
		t.Run(name, func(t *testing.T) {
			f := newStoppedFixture(t, zap.NewNop(), usingRedis(registry.Addr()), tt.change)
			f.now = time.Now // as Redis has it
			require.NoError(t, f.Start(t.Context(), f.host))
			_, err := f.Authenticate(t.Context(), from("shop-web", evil))
			require.Error(t, err)
			require.NoError(t, f.Shutdown(t.Context()))
			c := redisconn.NewDefaultConfig()
			c.Endpoints, c.Timeout = []string{tt.kept.Addr()}, 10*time.Second
			store, err := usageredis.Open(t.Context(), &c)
			require.NoError(t, err)
			defer func() { require.NoError(t, store.Close(t.Context())) }()
			assert.Equal(t,
				used{map[string]int64{"origin_denied": 1}, []usage.Origin{{Origin: evil, Refused: 1}}, false},
				readUsage(t, store, time.Now(), usage.Subject{Organization: "acme", Token: "shop-web"}))
		})
	}
}

// cupboard is a storage extension.
type cupboard struct {
	storage.Extension

	drawers map[string]*drawer
}

type drawer struct {
	storage.Client

	content map[string][]byte
}

func (c *cupboard) GetClient(_ context.Context, kind component.Kind, id component.ID, name string) (storage.Client, error) {
	key := kind.String() + " " + id.String() + " " + name
	if c.drawers[key] == nil {
		c.drawers[key] = &drawer{content: map[string][]byte{}}
	}
	return c.drawers[key], nil
}

func (d *drawer) Get(_ context.Context, key string) ([]byte, error) { return d.content[key], nil }
func (*drawer) Close(context.Context) error                         { return nil }

func (d *drawer) Batch(_ context.Context, operations ...*storage.Operation) error {
	for _, o := range operations {
		d.content[o.Key] = o.Value
	}
	return nil
}

// furnished is a host with an extension.
type furnished struct {
	*statustest.Host

	extensions map[component.ID]component.Component
}

func (f *furnished) GetExtensions() map[component.ID]component.Component { return f.extensions }

func TestUsageOverARestart(t *testing.T) {
	id := component.MustNewID("file_storage")
	storing := func(c *Config) { c.Usage.Storage = &id }
	host := &furnished{&statustest.Host{}, map[component.ID]component.Component{id: &cupboard{drawers: map[string]*drawer{}}}}
	for round := range 2 {
		f := newStoppedFixture(t, zap.NewNop(), storing)
		assert.Equal(t, []component.ID{id}, f.Dependencies())
		require.NoError(t, f.Start(t.Context(), host))
		_, err := f.Authenticate(t.Context(), from("shop-web", evil))
		require.Error(t, err)
		assert.Equal(t, map[string]int64{"origin_denied": int64(round + 1)}, f.usageOf(t, "shop-web").refused)
	}
}

func TestUsageStorageFaults(t *testing.T) {
	id := component.MustNewID("file_storage")
	for name, tt := range map[string]struct {
		there map[component.ID]component.Component
		want  string
	}{
		"not there": {
			nil, "usage.storage: there is no extension file_storage: add it to extensions: and to service: {extensions: […]}",
		},
		"no storage": {
			map[component.ID]component.Component{id: &authenticator{}},
			"usage.storage: file_storage stores nothing: name a storage extension, such as file_storage",
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newStoppedFixture(t, zap.NewNop(), func(c *Config) { c.Usage.Storage = &id })
			assert.EqualError(t, f.Start(t.Context(), &furnished{&statustest.Host{}, tt.there}), tt.want)
		})
	}
}
