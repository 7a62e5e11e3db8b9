// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
)

// permissions are all that the user of span_rate_limit needs, with the default prefix. In a Cluster it is one more, and
// one more for a db other than 0.
var permissions = []string{
	"-@all", "~clienttokens:w:*", "+evalsha", "+eval", "+time", "+getrange", "+setrange", "+set", "+ping",
}

// plain have limits of every kind.
var plain = []organization{
	{"shop", 0, false, []sender{{"hundred", 100, 0}, {"zero", closedLimit, 0}, {"stream", 1_000, 0}}},
	{"small", 100, false, []sender{{"small-a", 80, 0}, {"small-b", 80, 0}}},
	{"closed", closedLimit, false, []sender{{"of-closed", 0, 0}}},
}

// The same limits hold wherever Redis is.
func TestRedisDeployments(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]func(*testing.T) string{
		"single": func(t *testing.T) string {
			t.Helper()
			return endpoints(redistest.Start(t).Addr())
		},
		"password, db and prefix": func(t *testing.T) string {
			t.Helper()
			return endpoints(redistest.Start(t, "--requirepass", "secret").Addr()) + `, password: secret, db: 3, prefix: "a.b:c"`
		},
		"user with db": func(t *testing.T) string {
			t.Helper()
			server := redistest.Start(t)
			permit(t, server.Addr(), "+select")
			return endpoints(server.Addr()) + ", username: limiter, password: secret, db: 3"
		},
		"Cluster": func(t *testing.T) string {
			t.Helper()
			c := redistest.StartCluster(t)
			for _, address := range c.Addrs() {
				permit(t, address, "+cluster|slots")
			}
			return endpoints(c.Addrs()[:2]...) + ", cluster: true, username: limiter, password: secret"
		},
		"Sentinel": func(t *testing.T) string {
			t.Helper()
			s := redistest.StartSentinel(t)
			return endpoints(s.Addrs()...) + ", master_name: " + s.MasterName()
		},
		"TLS and a user who may do little": func(t *testing.T) string {
			t.Helper()
			s := redistest.StartTLS(t, "limiter", "secret", permissions...)
			return endpoints(s.Addr()) + ", username: limiter, password: secret, tls: {ca_file: " + s.CAFile() + "}"
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := startFleet(t, 2, plain, alike("redis: {%s, %s}", settings(t), unhurried))
			assertLimits(t, f)
			assert.Zero(t, f.sum(t, redisMode))
			assert.Equal(t, []int{0, 0}, f.logged("warn\tspanratelimitprocessor"))
			assert.Positive(t, f.sum(t, redisCalls+`{processor="span_rate_limit",result="ok"`))
			assert.Zero(t, f.sum(t, redisCalls+`{processor="span_rate_limit",result="error"`), "something isn't permitted")
		})
	}
}

// permit adds the user limiter to a server.
func permit(t *testing.T, address string, more ...any) {
	t.Helper()
	client := redis.NewClient(&redis.Options{Addr: address})
	rules := []any{"ACL", "SETUSER", "limiter", "on", ">secret"}
	for _, rule := range permissions {
		rules = append(rules, rule)
	}
	require.NoError(t, client.Do(t.Context(), append(rules, more...)...).Err())
	require.NoError(t, client.Close())
}

func endpoints(addresses ...string) string {
	return `endpoints: ["` + strings.Join(addresses, `", "`) + `"]`
}

// assertLimits uses up limits through both Collectors.
func assertLimits(t *testing.T, f fleet) {
	t.Helper()
	for i, s := range []struct {
		token         string
		spans, status int
		reason, scope string
	}{
		{"hundred", 60, 200, "", ""},
		{"hundred", 41, 429, "RATE_LIMITED", "token"},
		{"hundred", 101, 400, "BATCH_EXCEEDS_LIMIT", "token"}, // later it would be 429: then bodies aren't read
		{"hundred", 40, 200, "", ""},
		{"hundred", 1, 429, "RATE_LIMITED", "token"},
		{"small-a", 70, 200, "", ""},
		{"small-a", 40, 429, "RATE_LIMITED", "token"},
		{"small-b", 40, 429, "RATE_LIMITED", "organization"},
		{"small-b", 30, 200, "", ""},
		{"small-a", 1, 429, "RATE_LIMITED", "organization"},
		{"zero", 1, 403, "LIMIT_ZERO", "token"},
		{"of-closed", 1, 403, "LIMIT_ZERO", "organization"},
	} {
		a := post(t, f[i%len(f)].middleware, sender{id: s.token}.secret(), "", s.spans)
		name := fmt.Sprintf("step %d, %d of %s: %s", i, s.spans, s.token, a.text)
		assert.Equal(t, s.status, a.status, name)
		assert.Equal(t, s.reason, a.reason(), name)
		assert.Equal(t, s.scope, a.scope(), name)
		assert.Equal(t, s.status == http.StatusTooManyRequests, a.header.Get("Retry-After") != "", name)
	}
	assertExactly(t, f, "stream", 1_000)
}

// assertExactly sends quickly, so that leases are taken, until a limit is used up to the last span.
func assertExactly(t *testing.T, f fleet, token string, limit int) {
	t.Helper()
	admitted, secret := 0, sender{id: token}.secret()
	for began, i := time.Now(), 0; admitted < limit && time.Since(began) < 20*time.Second; i++ {
		a := post(t, f[i%len(f)].middleware, secret, "", 5)
		switch a.status {
		case http.StatusOK:
			admitted += 5
		case http.StatusTooManyRequests:
			time.Sleep(50 * time.Millisecond) // a lease that wasn't used up is refunded
		default:
			require.Fail(t, "neither admitted nor over the limit", "%d: %s", a.status, a.text)
		}
	}
	t.Logf("%s: %d admitted, %d leased", token, admitted, f.sum(t, leasedSpans))
	assert.Equal(t, limit, admitted)
	for range 20 {
		for _, c := range f {
			require.Equal(t, http.StatusTooManyRequests, post(t, c.middleware, secret, "", 1).status)
		}
	}
}

// Collectors that name another database or prefix share nothing.
func TestRedisIsDivided(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	settings := []string{"prefix: clienttokens", "prefix: other", "db: 1", "db: 1, prefix: other"}
	f := startFleet(t, len(settings), plain, func(i int) string {
		return "redis: {" + endpoints(server.Addr()) + ", " + settings[i] + "}"
	})
	for _, c := range f {
		assert.Equal(t, http.StatusOK, post(t, c.middleware, sender{id: "hundred"}.secret(), "", 100).status)
	}
	for _, c := range f {
		assert.Equal(t, http.StatusTooManyRequests, post(t, c.middleware, sender{id: "hundred"}.secret(), "", 1).status)
	}
}
