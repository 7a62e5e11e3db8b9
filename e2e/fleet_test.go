// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Metrics of the Collector about Redis.
const (
	redisCalls  = "otelcol_processor_span_rate_limit_redis_calls"
	leasedSpans = "otelcol_processor_span_rate_limit_leased_spans"
	redisMode   = "otelcol_processor_span_rate_limit_mode"
)

// fleet is Collectors that share limits in Redis: processes of their own, as in production.
type fleet []*collector

// startFleet runs n Collectors with the same records. Each has the settings of span_rate_limit, in YAML, that settings
// returns for it.
func startFleet(t *testing.T, n int, organizations []organization, settings func(i int) string) fleet {
	t.Helper()
	tokens := filepath.Join(t.TempDir(), "tokens.yaml")
	require.NoError(t, os.WriteFile(tokens, records(organizations), 0o600))
	f := make(fleet, n)
	for i := range f {
		f[i] = beginMember(t, tokens, settings(i))
	}
	for _, c := range f {
		c.awaitReady(t)
	}
	return f
}

func beginMember(t *testing.T, tokens, settings string) *collector {
	t.Helper()
	own := filepath.Join(t.TempDir(), "own.yaml")
	require.NoError(t, os.WriteFile(own, []byte("processors: {span_rate_limit: {"+settings+"}}\n"), 0o600))
	ports := freeAddresses(t, 2)
	_, metricsPort, err := net.SplitHostPort(ports[1])
	require.NoError(t, err)
	c := &collector{log: &logBuffer{}, middleware: "http://" + ports[0], metricsURL: "http://" + ports[1] + "/metrics"}
	c.tokens = tokens
	c.begin(t, []string{"TOKENS=" + tokens, "MIDDLEWARE=" + ports[0], "METRICS_PORT=" + metricsPort},
		"--config", "testdata/fleet.yaml", "--config", own)
	return c
}

// alike gives all Collectors the same settings.
func alike(settings string, more ...any) func(int) string {
	return func(int) string { return fmt.Sprintf(settings, more...) }
}

// sum adds the values of all metrics that begin with a text.
func (c *collector) sum(t *testing.T, metric string) int {
	t.Helper()
	total := 0
	for _, line := range c.metrics(t, metric) {
		value, err := strconv.ParseFloat(line[strings.LastIndexByte(line, ' ')+1:], 64)
		require.NoError(t, err, line)
		total += int(value)
	}
	return total
}

func (f fleet) sum(t *testing.T, metric string) int {
	t.Helper()
	total := 0
	for _, c := range f {
		total += c.sum(t, metric)
	}
	return total
}

// awaitMode waits until all have the mode, and returns how long that took.
func (f fleet) awaitMode(t *testing.T, mode int, limit time.Duration) time.Duration {
	t.Helper()
	began := time.Now()
	require.Eventually(t, func() bool {
		for _, c := range f {
			if c.sum(t, redisMode) != mode {
				return false
			}
		}
		return true
	}, limit, 20*time.Millisecond, "mode is not %v everywhere", mode)
	return time.Since(began).Round(time.Millisecond)
}
