// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"
	"go.uber.org/zap"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenauthextension/internal/metadatatest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry/filestore"
)

const (
	good = `
organizations: [{id: acme}]
tokens: [{id: shop-web, organization: acme, kind: web, secret: test-secret-shop-web}]
`
	better = `
organizations: [{id: acme}]
tokens:
  - {id: shop-web, organization: acme, kind: web, secret: test-secret-shop-web}
  - {id: any-app, organization: acme, kind: mobile, secret: test-secret-any-app}
`
	bad = `
organizations: [{id: acme}]
tokens: [{id: shop-web, organization: nobody, kind: web, secret: test-secret-shop-web}]
`
)

func TestReload(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tokens.yaml")
	write(t, path, good)
	f := newFixture(t, usingFile(path))
	f.assertRegistry(t, 1, 0, 0)
	assert.Zero(t, f.age(t))
	assert.Empty(t, f.host.Statuses())

	write(t, path, bad)
	f.awaitStatus(t, componentstatus.StatusRecoverableError)
	lines := f.logs.FilterLevelExact(zap.ErrorLevel).All()
	require.Len(t, lines, 1)
	assert.Equal(t, "registry is not current; what was known last goes on being served", lines[0].Message)
	assert.Contains(t, lines[0].ContextMap()["error"], "there is no organization")
	require.ErrorContains(t, f.host.Events()[0].Err(), "there is no organization")
	f.assertRegistry(t, 1, 0, 1)
	assert.Positive(t, f.age(t))
	_, err := f.Authenticate(t.Context(), from("shop-web", shop))
	require.NoError(t, err, "the old version goes on serving")

	time.Sleep(1200 * time.Millisecond) // some more looks at the same bad version
	assert.Len(t, f.host.Statuses(), 1)
	assert.Equal(t, 1, f.logs.FilterLevelExact(zap.ErrorLevel).Len())

	write(t, path, better)
	f.awaitStatus(t, componentstatus.StatusRecoverableError, componentstatus.StatusOK)
	f.assertRegistry(t, 2, 1, 1)
	assert.Zero(t, f.age(t))
	_, err = f.Authenticate(t.Context(), from("any-app", ""))
	require.NoError(t, err)
	lines = f.logs.FilterLevelExact(zap.InfoLevel).All()
	require.Len(t, lines, 1)
	assert.Equal(t, "registry reloaded", lines[0].Message)
	assert.Equal(t, map[string]any{"tokens": int64(2)}, lines[0].ContextMap())
}

func TestReloadTakesTokensAway(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tokens.yaml")
	write(t, path, better)
	f := newFixture(t, usingFile(path))
	write(t, path, good)
	f.awaitStatus(t, componentstatus.StatusOK)
	_, err := f.Authenticate(t.Context(), from("any-app", ""))
	assert.EqualError(t, err, "the client token is not valid")
}

// What is edited by hand is in the audit beside the file.
func TestEditsAreNoted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tokens.yaml")
	write(t, path, good)
	f := newFixture(t, usingFile(path))
	write(t, path, better)
	f.awaitStatus(t, componentstatus.StatusOK)
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		entries, err := filestore.Open(path, filestore.Options{}).Audit(t.Context(), audit.Query{})
		require.NoError(c, err)
		require.Len(c, entries, 1)
		assert.Equal(c, []any{audit.ByFile, audit.Created, "any-app"},
			[]any{entries[0].By, entries[0].Action, entries[0].Record})
	}, time.Minute, 10*time.Millisecond)
}

func TestStartRefusesABadRegistry(t *testing.T) {
	directory := t.TempDir()
	path := filepath.Join(directory, "tokens.yaml")
	write(t, path, bad)
	tests := []struct{ name, path, want string }{
		{"fault", path, "there is no organization"},
		{"no file", filepath.Join(directory, "absent.yaml"), "no such file or directory: create the file, or correct the path"},
		{"directory", directory, "not a regular file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newStoppedFixture(t, zap.NewNop(), usingFile(tt.path))
			err := f.Start(t.Context(), f.host)
			require.ErrorContains(t, err, "registry.file.path: ")
			assert.ErrorContains(t, err, tt.want)
		})
	}
}

func TestRegistryWarningsAreLogged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tokens.yaml")
	write(t, path, strings.Replace(good, "kind: web", `kind: web, allowed_origins: ["null"]`, 1))
	f := newFixture(t, usingFile(path))
	lines := f.logs.FilterMessage("registry has warnings").All()
	require.Len(t, lines, 1)
	assert.Equal(t, int64(1), lines[0].ContextMap()["warnings"])
	first, ok := lines[0].ContextMap()["first"].([]any)
	require.True(t, ok)
	require.Len(t, first, 1)
	assert.Contains(t, first[0], "tokens[0].allowed_origins[0]")
}

func (f *fixture) awaitStatus(t *testing.T, want ...componentstatus.Status) {
	t.Helper()
	require.Eventually(t, func() bool { return len(f.host.Statuses()) >= len(want) }, 10*time.Second, 10*time.Millisecond)
	require.Equal(t, want, f.host.Statuses())
}

// assertRegistry compares all of the registry's metrics but its age. Counters that are 0 are not there.
func (f *fixture) assertRegistry(t *testing.T, tokens, reloaded, failed int64) {
	t.Helper()
	instance := attribute.String("extension", "client_token_auth")
	metadatatest.AssertEqualExtensionClientTokenAuthTokens(t, f.telemetry,
		[]metricdata.DataPoint[int64]{{Value: tokens, Attributes: attribute.NewSet(instance)}},
		metricdatatest.IgnoreTimestamp())
	var reloads []metricdata.DataPoint[int64]
	for result, n := range map[string]int64{"ok": reloaded, "failed": failed} {
		if n > 0 {
			reloads = append(reloads, metricdata.DataPoint[int64]{
				Value: n, Attributes: attribute.NewSet(instance, attribute.String("result", result)),
			})
		}
	}
	if len(reloads) > 0 {
		metadatatest.AssertEqualExtensionClientTokenAuthRegistryReloads(t, f.telemetry, reloads,
			metricdatatest.IgnoreTimestamp())
	}
}

func (f *fixture) age(t *testing.T) float64 {
	t.Helper()
	metric, err := f.telemetry.GetMetric("otelcol_extension_client_token_auth_registry_age")
	require.NoError(t, err)
	points := metric.Data.(metricdata.Gauge[float64]).DataPoints
	require.Len(t, points, 1)
	return points[0].Value
}

// write replaces a file by a finished one: on a busy machine, one that is written in place can be read half.
func write(t *testing.T, path, content string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path+".new", []byte(content), 0o600))
	require.NoError(t, os.Rename(path+".new", path))
}
