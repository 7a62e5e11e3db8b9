// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
)

// startRegistryFleet runs n Collectors whose tokens live in a Redis.
func startRegistryFleet(t *testing.T, n int, address string, environment ...string) fleet {
	t.Helper()
	f := make(fleet, n)
	for i := range f {
		f[i] = beginRegistryMember(t, address, environment...)
	}
	for _, c := range f {
		c.awaitReady(t)
	}
	return f
}

func beginRegistryMember(t *testing.T, address string, environment ...string) *collector {
	t.Helper()
	ports := freeAddresses(t, 2)
	_, metricsPort, err := net.SplitHostPort(ports[1])
	require.NoError(t, err)
	c := &collector{log: &logBuffer{}, middleware: "http://" + ports[0], metricsURL: "http://" + ports[1] + "/metrics"}
	c.begin(t, append(environment, "REDIS="+address, "MIDDLEWARE="+ports[0], "METRICS_PORT="+metricsPort),
		"--config", "testdata/registry.yaml")
	return c
}

func startDurableRedis(t *testing.T) *redistest.Server {
	t.Helper()
	return redistest.Start(t, "--appendonly", "yes", "--appendfsync", "always")
}

// eventually waits until all Collectors answer a post with the status, and returns how long the last one took.
func (f fleet) eventually(t *testing.T, secret string, status int) time.Duration {
	t.Helper()
	began := time.Now()
	for _, c := range f {
		require.Eventually(t, func() bool { return post(t, c.middleware, secret, "", 1).status == status },
			time.Minute, time.Millisecond, "no %d", status)
	}
	return time.Since(began)
}

func (c *collector) awaitLog(t *testing.T, text string) {
	t.Helper()
	require.Eventually(t, func() bool { return c.log.contains(text) }, time.Minute, 10*time.Millisecond)
}

func TestRegistryAcrossARestart(t *testing.T) {
	t.Parallel()
	server := startDurableRedis(t)
	tokens := onRedis(t, server.Addr())
	tokens.must("organization", "create", "--id", "acme", "--name", "Acme Inc.")
	secret := tokens.secretOf("create", "--organization", "acme", "--id", "shop", "--kind", "web")
	f := startRegistryFleet(t, 2, server.Addr())
	f.eventually(t, secret, http.StatusOK)
	server.Kill()
	output, err := tokens.run("disable", "shop")
	require.Error(t, err)
	assert.Contains(t, output, "the registry does not answer")
	for _, c := range f {
		c.awaitLog(t, "registry is not current")
		assert.Equal(t, http.StatusOK, post(t, c.middleware, secret, "", 1).status, "known tokens keep working")
		assert.Equal(t, http.StatusUnauthorized, post(t, c.middleware, strings.Repeat("x", 64), "", 1).status)
		assert.Positive(t, ageOf(t, c))
	}
	server.Restart()
	tokens.must("disable", "shop")
	t.Logf("effective %v after the command, once Redis was back", f.eventually(t, secret, http.StatusUnauthorized))
	tokens.must("enable", "shop")
	f.eventually(t, secret, http.StatusOK)
	for _, c := range f {
		assert.Zero(t, ageOf(t, c))
	}
}

func ageOf(t *testing.T, c *collector) float64 {
	t.Helper()
	lines := c.metrics(t, age+"{")
	require.Len(t, lines, 1)
	value, err := strconv.ParseFloat(lines[0][strings.LastIndexByte(lines[0], ' ')+1:], 64)
	require.NoError(t, err)
	return value
}

func TestRegistryIsLostAndReplaced(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	tokens := onRedis(t, server.Addr())
	tokens.must("organization", "create", "--id", "acme")
	kept := tokens.secretOf("create", "--organization", "acme", "--id", "kept", "--kind", "web")
	gone := tokens.secretOf("create", "--organization", "acme", "--id", "gone", "--kind", "web")
	f := startRegistryFleet(t, 2, server.Addr())
	f.eventually(t, gone, http.StatusOK)
	tokens.must("delete", "gone")
	f.eventually(t, gone, http.StatusUnauthorized)
	backup := filepath.Join(t.TempDir(), "backup.yaml")
	require.NoError(t, os.WriteFile(backup, []byte(tokens.must("export")), 0o600))

	server.Restart() // without persistence
	for _, c := range f {
		c.awaitLog(t, "has lost writes of the registry")
		assert.Contains(t, c.log.String(), "clienttokens import --replace")
		assert.Equal(t, http.StatusOK, post(t, c.middleware, kept, "", 1).status, "nothing is forgotten")
		assert.Equal(t, http.StatusUnauthorized, post(t, c.middleware, gone, "", 1).status, "nothing comes back")
	}
	output, err := tokens.run("organization", "create", "--id", "acme")
	require.Error(t, err, "nobody writes to a registry that has lost something")
	assert.Contains(t, output, "import --replace")

	tokens.must("import", "--replace", backup)
	for _, c := range f {
		require.Eventually(t, func() bool { return ageOf(t, c) == 0 }, time.Minute, 10*time.Millisecond)
	}
	f.eventually(t, kept, http.StatusOK)
	f.eventually(t, gone, http.StatusUnauthorized)
	tokens.must("delete", "kept")
	f.eventually(t, kept, http.StatusUnauthorized)
}

func TestMaxStaleness(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	tokens := onRedis(t, server.Addr())
	tokens.must("organization", "create", "--id", "acme")
	secret := tokens.secretOf("create", "--organization", "acme", "--kind", "web")
	f := startRegistryFleet(t, 1, server.Addr(), "MAX_STALENESS=10s")
	f.eventually(t, secret, http.StatusOK)
	server.Pause()
	began := time.Now()
	f.eventually(t, secret, http.StatusServiceUnavailable)
	assert.Greater(t, time.Since(began), 8*time.Second, "the bound is 10 s since it was last known to be current")
	a := post(t, f[0].middleware, secret, "", 1)
	assert.Equal(t, "REGISTRY_UNAVAILABLE", a.reason())
	assert.Equal(t, http.StatusUnauthorized, post(t, f[0].middleware, strings.Repeat("x", 64), "", 1).status)
	server.Resume()
	f.eventually(t, secret, http.StatusOK)
}

// A flood of unknown tokens is none of Redis's business.
func TestFloodOfUnknownTokens(t *testing.T) {
	t.Parallel()
	const quiet = 5 * time.Second
	server := redistest.Start(t)
	tokens := onRedis(t, server.Addr())
	tokens.must("organization", "create", "--id", "acme")
	f := startRegistryFleet(t, 1, server.Addr())
	commands := func(during func()) int {
		before := commandsOf(t, server)
		began := time.Now()
		during()
		time.Sleep(time.Until(began.Add(quiet)))
		return commandsOf(t, server) - before
	}
	idle := commands(func() {})
	floods := 0
	flooded := commands(func() {
		for began := time.Now(); time.Since(began) < quiet-time.Second; floods++ {
			secret := strconv.Itoa(floods) + strings.Repeat("x", 58)
			require.Equal(t, http.StatusUnauthorized, post(t, f[0].middleware, secret, "", 1).status)
		}
	})
	t.Logf("%d commands in %v of peace, %d in which %d unknown tokens came", idle, quiet, flooded, floods)
	assert.Greater(t, floods, 100)
	assert.LessOrEqual(t, flooded, idle+3, "a second has room for one look more")
}

// commandsOf returns how many commands the server has run.
func commandsOf(t *testing.T, server *redistest.Server) int {
	t.Helper()
	info, err := server.Client().Info(t.Context(), "stats").Result()
	require.NoError(t, err)
	_, rest, _ := strings.Cut(info, "total_commands_processed:")
	text, _, _ := strings.Cut(rest, "\r\n")
	n, err := strconv.Atoi(text)
	require.NoError(t, err)
	return n
}
