// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	demoSecret = "ctNoD0pMnC3M1vrZ8eqis9tTHENoqKWWSqJLXIFVvhYdWWcUhHpQxc6N6c4CODGY"
	demoOrigin = "http://localhost:8080"
)

// makeSample does what examples/embedded/run.sh does before it starts the Collector.
func makeSample(t *testing.T, build string) {
	t.Helper()
	said, err := exec.CommandContext(t.Context(), "go", "run", "../examples/embedded/sample",
		"../examples/embedded/tokens.yaml", build).CombinedOutput()
	require.NoError(t, err, "%s", said)
}

// beginExample starts the example as it is, but for its ports and where build is.
func beginExample(t *testing.T, build string) *office {
	t.Helper()
	ports := freeAddresses(t, 4)
	_, metricsPort, err := net.SplitHostPort(ports[3])
	require.NoError(t, err)
	elsewhere := filepath.Join(t.TempDir(), "elsewhere.yaml")
	require.NoError(t, os.WriteFile(elsewhere, fmt.Appendf(nil, `
extensions:
  client_token_auth: {registry: {file: {path: %[1]s/tokens.yaml}}}
  client_token_admin: {http: {endpoint: %[2]s}}
  file_storage: {directory: %[1]s/usage}
receivers: {otlp: {protocols: {http: {endpoint: %[3]s}, grpc: {endpoint: %[4]s}}}}
exporters: {file: {path: %[1]s/spans.jsonl}}
service: {telemetry: {metrics: {readers: [{pull: {exporter: {prometheus: {host: 127.0.0.1, port: %[5]s}}}}]}}}
`, build, ports[0], ports[1], ports[2], metricsPort), 0o600))
	o := &office{&collector{log: &logBuffer{}, middleware: "http://" + ports[1]}, "http://" + ports[0] + "/api/v1"}
	o.run(t, nil, "--config", "../examples/embedded/collector.yaml", "--config", elsewhere)
	return o
}

// The example has something to show: each warning, and a month of usage, to which is added what is really sent. It stays
// as it is, and as people changed it, when the example is started again.
func TestExample(t *testing.T) {
	t.Parallel()
	build := t.TempDir()
	makeSample(t, build)
	o := beginExample(t, build)
	since := time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -28)
	_, daily := o.used(t, "/organizations/acme", since)
	assert.GreaterOrEqual(t, len(daily), 28)
	assert.NotContains(t, daily, 0.0)
	for _, kind := range []string{"old_secret", "expiring", "low_limit", "any_origin", "unused", "heavily_refused"} {
		assert.Len(t, o.ask(t, "vic", http.MethodGet, "/organizations/acme/tokens?warning="+kind, "", 200)["tokens"], 1, kind)
	}
	console{office: o, user: "olga", scheme: "light"}.sit(t,
		[]string{"goto", "/o/acme?time=month"}, []string{"sees", "main", "heavily refused"}, []string{"sees", "main", "disabled"},
		[]string{"goto", "/o/acme/t/courier-app"}, []string{"sees", "main", "rotated token"},
	)

	const shopWeb = "/organizations/acme/tokens/shop-web"
	before, _ := o.used(t, shopWeb, since)
	assert.Equal(t, http.StatusOK, post(t, o.middleware, demoSecret, demoOrigin, 1000).status)
	assert.Equal(t, http.StatusTooManyRequests, post(t, o.middleware, demoSecret, demoOrigin, 1).status)
	assert.Equal(t, http.StatusForbidden, post(t, o.middleware, demoSecret, "http://127.0.0.1:8080", 1).status)
	o.ask(t, "max", http.MethodPost, "/organizations/acme/tokens/blog-web/disable", "", 200)
	o.stop()
	edited, err := os.ReadFile(filepath.Join(build, "tokens.yaml"))
	require.NoError(t, err)

	makeSample(t, build)
	again, err := os.ReadFile(filepath.Join(build, "tokens.yaml"))
	require.NoError(t, err)
	assert.Equal(t, string(edited), string(again))
	after, _ := beginExample(t, build).used(t, shopWeb, since)
	assert.InDelta(t, before+1000, after, 0)
}

// used returns what was admitted since some days ago, in all and on each day before today.
func (o *office) used(t *testing.T, path string, since time.Time) (total float64, daily []float64) {
	t.Helper()
	query := url.Values{"step": {"24h"}, "from": {since.Format(time.RFC3339)}}
	said := o.ask(t, "vic", http.MethodGet, path+"/usage?"+query.Encode(), "", 200)
	for _, day := range said["series"].([]any) {
		daily = append(daily, day.(map[string]any)["admitted"].(float64))
	}
	return said["totals"].(map[string]any)["admitted"].(float64), daily[:len(daily)-1]
}
