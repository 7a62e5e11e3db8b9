// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configtls"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redisconn"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
)

// The least that users need, as the README says.
const (
	collectorRules = "-@all ~{clienttokens:registry}:* +hmget +hscan +hlen +xread +multi +exec +info +evalsha +eval +hset"
	commandRules   = "-@all ~{clienttokens:registry}:* +hmget +hscan +xread +hget +evalsha +eval +hset +hdel +hexists +hlen " +
		"+xadd +xrange +xrevrange +multi +exec +expire +persist +exists +rename +unlink +time"
)

func TestDeployments(t *testing.T) {
	for name, start := range map[string]func(*testing.T) (collector, command *redisconn.Config){
		"password, db and prefix": func(t *testing.T) (*redisconn.Config, *redisconn.Config) {
			t.Helper()
			c := configOf(redistest.Start(t, "--requirepass", "secret").Addr())
			c.Password, c.DB, c.Prefix = "secret", 3, "a.b:c"
			return c, c
		},
		"users who may do little": func(t *testing.T) (*redisconn.Config, *redisconn.Config) {
			t.Helper()
			server := redistest.Start(t)
			permit(t, server.Addr(), "collector", collectorRules)
			permit(t, server.Addr(), "command", commandRules)
			return as("collector", configOf(server.Addr())), as("command", configOf(server.Addr()))
		},
		"TLS": func(t *testing.T) (*redisconn.Config, *redisconn.Config) {
			t.Helper()
			s := redistest.StartTLS(t, "jo", "secret", strings.Fields(commandRules+" +info")...)
			c := as("jo", configOf(s.Addr()))
			c.TLS = configoptional.Some(configtls.NewDefaultClientConfig())
			c.TLS.Get().CAFile = s.CAFile()
			return c, c
		},
		"Cluster": func(t *testing.T) (*redisconn.Config, *redisconn.Config) {
			t.Helper()
			cluster := redistest.StartCluster(t)
			for _, address := range cluster.Addrs() {
				permit(t, address, "collector", collectorRules+" +cluster|slots")
				permit(t, address, "command", commandRules+" +cluster|slots")
			}
			collector, command := as("collector", configOf(cluster.Addrs()[:2]...)), as("command", configOf(cluster.Addrs()...))
			collector.Cluster, command.Cluster = true, true
			return collector, command
		},
		"Sentinel": func(t *testing.T) (*redisconn.Config, *redisconn.Config) {
			t.Helper()
			s := redistest.StartSentinel(t)
			c := configOf(s.Addrs()...)
			c.MasterName = s.MasterName()
			return c, c
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			collector, command := start(t)
			assertWorks(t, collector, open(t, command))
		})
	}
}

func as(user string, c *redisconn.Config) *redisconn.Config {
	c.Username, c.Password = user, "secret"
	return c
}

func permit(t *testing.T, address, user, rules string) {
	t.Helper()
	client := redis.NewClient(&redis.Options{Addr: address})
	arguments := []any{"ACL", "SETUSER", user, "on", ">secret"}
	for rule := range strings.FieldsSeq(rules) {
		arguments = append(arguments, rule)
	}
	require.NoError(t, client.Do(t.Context(), arguments...).Err())
	require.NoError(t, client.Close())
}

// assertWorks goes through all that a command and a collector do.
func assertWorks(t *testing.T, collector *redisconn.Config, s *Store) {
	t.Helper()
	source, m := Follow(collector), newMirror(t)
	require.NoError(t, source.Start(t.Context(), m))
	defer source.Close()
	same := func() {
		t.Helper()
		want, err := contentsOf(t.Context(), s)
		require.NoError(t, err)
		require.Eventually(t, func() bool { return m.String() == want && m.isCurrent() }, time.Minute, time.Millisecond)
	}
	require.NoError(t, s.Write(t.Context(), audit.Act{}, organization("acme", 60, 0), tokenOf("a", 5, 0), tokenOf("b", 5, 0)))
	same()
	backup, err := s.Contents(t.Context())
	require.NoError(t, err)
	stored, err := s.Token(t.Context(), "a")
	require.NoError(t, err)
	require.NoError(t, s.Write(t.Context(), audit.Act{}, tokenOf("a", 6, stored.Revision)))
	same()
	require.NoError(t, s.Replace(t.Context(), audit.Act{}, backup))
	same()
	assert.Empty(t, m.failed())
	for _, q := range []audit.Query{{}, {Organization: "acme", OldestFirst: true}} {
		entries, err := s.Audit(t.Context(), q)
		require.NoError(t, err)
		assert.GreaterOrEqual(t, len(entries), 4)
	}
}
