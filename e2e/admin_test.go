// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// office is a Collector with the admin API.
type office struct {
	*collector

	api string
}

func inFile(path string) string { return "{file: {path: " + path + "}}" }

func inRedis(address string) string { return `{redis: {endpoints: ["` + address + `"]}}` }

func beginOffice(t *testing.T, registry string) *office {
	t.Helper()
	return beginOfficeWith(t, registry, nil)
}

// beginOfficeWith adds to the environment and the configuration.
func beginOfficeWith(t *testing.T, registry string, environment []string, configs ...string) *office {
	t.Helper()
	ports := freeAddresses(t, 3)
	_, metricsPort, err := net.SplitHostPort(ports[1])
	require.NoError(t, err)
	o := &office{
		&collector{log: &logBuffer{}, middleware: "http://" + ports[0], metricsURL: "http://" + ports[1] + "/metrics"},
		"http://" + ports[2] + "/api/v1",
	}
	args := []string{"--config", "testdata/admin.yaml"}
	for _, c := range configs {
		args = append(args, "--config", c)
	}
	o.begin(t, append([]string{
		"REGISTRY=" + registry, "MIDDLEWARE=" + ports[0], "METRICS_PORT=" + metricsPort, "ADMIN=" + ports[2],
	}, environment...), args...)
	return o
}

// ask sends a request in the name of somebody, and returns what it is answered with this status.
func (o *office) ask(t *testing.T, user, method, path, body string, status int) map[string]any {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, o.api+path, strings.NewReader(body))
	require.NoError(t, err)
	request.SetBasicAuth(user, "demo")
	if body != "" {
		request.Header.Set("Content-Type", contentJSON)
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, status, response.StatusCode, "%s %s: %s", method, path, text)
	var said map[string]any
	if len(text) > 0 {
		require.NoError(t, json.Unmarshal(text, &said))
	}
	return said
}

// acmeOfThree is an organization with a member of each role.
const acmeOfThree = `{"id": "acme", "spans_per_minute": 60000, "members": [
	{"user": "olga", "role": "owner", "email": "olga@example.com"},
	{"user": "max", "role": "manager", "email": "max@example.com"},
	{"user": "vic", "role": "viewer", "email": "vic@example.com"}]}`

// found makes acme, with a member of each role, and returns the secret of its token.
func (o *office) found(t *testing.T, token string) string {
	t.Helper()
	o.ask(t, "ada", http.MethodPost, "/organizations", acmeOfThree, 201)
	return o.ask(t, "max", http.MethodPost, "/organizations/acme/tokens", token, 201)["secret"].(string)
}

// counts are totals of usage.
func counts(admitted, token, batch float64) map[string]any {
	return map[string]any{
		"admitted": admitted, "refused": map[string]any{"token": token, "organization": 0.0, "client": 0.0, "batch": batch},
		"requests_refused": map[string]any{}, "shed_estimated": 0.0,
	}
}

// awaitUsage waits until exactly this is counted of a token or an organization.
func (o *office) awaitUsage(t *testing.T, path string, want map[string]any) {
	t.Helper()
	began, last := time.Now(), any(nil)
	require.Eventually(t, func() bool {
		last = o.ask(t, "vic", http.MethodGet, path+"/usage", "", 200)["totals"]
		return assert.ObjectsAreEqual(want, last)
	}, time.Minute, 100*time.Millisecond, "%v", &last)
	t.Logf("usage of %s is exact after %v", path, time.Since(began).Round(10*time.Millisecond))
}

const shopPath = "/organizations/acme/tokens/shop"

func emptyFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tokens.yaml")
	copyFile(t, "testdata/empty.yaml", path)
	return inFile(path)
}

// A token's whole life over the API, used by opentelemetry-js in a browser.
func TestTokenFromTheAPIInABrowser(t *testing.T) {
	t.Parallel()
	o, p := beginOffice(t, emptyFile(t)), servePage(t)
	o.awaitReady(t)
	secret := o.found(t, fmt.Sprintf(
		`{"id": "shop", "kind": "web", "spans_per_minute": 100, "allowed_origins": [%q]}`, p.allowed))
	v := browse(t, p.allowed, o.middleware, settings(secret), "example.sendSpans(7)")
	assert.Equal(t, http.StatusOK, *v.only(t).Status, "effective when the API has answered")
	assert.True(t, v.batches[0].Delivered)
	browse(t, p.allowed, o.middleware, settings(secret),
		"example.sendSpans(60)", "example.sendSpans(50)", "example.sendSpans(101)")
	browse(t, p.denied, o.middleware, settings(secret), "example.sendSpans(3)")
	counted := counts(67, 50, 101)
	counted["requests_refused"] = map[string]any{"origin_denied": 1.0}
	o.awaitUsage(t, shopPath, counted)
	o.awaitUsage(t, "/organizations/acme", counted)
	used := o.ask(t, "vic", http.MethodGet, shopPath+"/usage", "", 200)
	assert.Equal(t, []any{
		map[string]any{"origin": p.allowed, "allowed": 4.0, "refused": 0.0},
		map[string]any{"origin": p.denied, "allowed": 0.0, "refused": 1.0},
	}, used["origins"])

	o.ask(t, "vic", http.MethodDelete, shopPath, "", 403)
	o.ask(t, "oz", http.MethodDelete, shopPath, "", 404)
	assert.Equal(t, http.StatusOK, post(t, o.middleware, secret, p.allowed, 1).status)
	o.ask(t, "max", http.MethodDelete, shopPath, "", 204)
	v = browse(t, p.allowed, o.middleware, settings(secret), "example.sendSpans(7)")
	assert.Equal(t, http.StatusUnauthorized, *v.only(t).Status, "the next post is refused")
	assert.NotContains(t, o.log.String(), secret)
}

// A browser, or curl, is asked for the password.
func TestAPIAsksWhoItIs(t *testing.T) {
	t.Parallel()
	o := beginOffice(t, emptyFile(t))
	o.awaitReady(t)
	for _, password := range []string{"", "wrong"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, o.api+"/organizations", http.NoBody)
		require.NoError(t, err)
		if password != "" {
			request.SetBasicAuth("ada", password)
		}
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		assert.Equal(t, http.StatusUnauthorized, response.StatusCode)
		assert.Equal(t, `Basic realm="client tokens", charset="UTF-8"`, response.Header.Get("WWW-Authenticate"))
		assert.Equal(t, "application/problem+json", response.Header.Get("Content-Type"))
	}
	assert.NotContains(t, o.log.String(), "wrong")
}

// Whoever has the old secret or the new one isn't refused while a rotation overlaps.
func TestRotationOverTheAPIUnderTraffic(t *testing.T) {
	t.Parallel()
	for name, registry := range map[string]func(*testing.T) string{
		"file":  emptyFile,
		"Redis": func(t *testing.T) string { t.Helper(); return inRedis(startDurableRedis(t).Addr()) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := beginOffice(t, registry(t))
			o.awaitReady(t)
			var secret atomic.Value
			secret.Store(o.found(t, `{"id": "shop", "kind": "web"}`))
			done, finished := make(chan struct{}), make(chan map[int]int)
			body := spansJSON(t, 1)
			go func() { finished <- keepPosting(o.collector, body, "", &secret, done) }()
			for range 5 {
				rotated := o.ask(t, "max", http.MethodPost, shopPath+"/rotate", `{"grace": "1h"}`, 200)
				time.Sleep(100 * time.Millisecond) // the page is deployed a little later
				secret.Store(rotated["secret"])
			}
			close(done)
			answers := <-finished
			assert.Len(t, answers, 1, "no request was refused: %v", answers)
			assert.Greater(t, answers[http.StatusOK], 10)
			for _, leaked := range []any{secret.Load()} {
				assert.NotContains(t, o.log.String(), leaked)
			}
		})
	}
}

// What is done at one Collector holds at all.
func TestAPIOfAFleet(t *testing.T) {
	t.Parallel()
	server := startDurableRedis(t)
	var offices []*office
	var f fleet
	for range 3 {
		o := beginOffice(t, inRedis(server.Addr()))
		offices, f = append(offices, o), append(f, o.collector)
	}
	for _, c := range f {
		c.awaitReady(t)
	}
	secret := offices[0].found(t, `{"id": "shop", "kind": "web", "spans_per_minute": 1000}`)
	f.eventually(t, secret, http.StatusOK) // a span each
	for i, c := range f {
		assert.Equal(t, http.StatusOK, post(t, c.middleware, secret, "", 10*i+1).status)
		assert.Equal(t, http.StatusBadRequest, post(t, c.middleware, secret, "", 1001).status)
	}
	for _, o := range offices {
		o.awaitUsage(t, shopPath, counts(3+1+11+21, 0, 3*1001))
		o.awaitUsage(t, "/organizations/acme", counts(3+1+11+21, 0, 3*1001))
	}
	offices[1].ask(t, "max", http.MethodPost, shopPath+"/disable", "", 200)
	f.eventually(t, secret, http.StatusUnauthorized)
	offices[2].ask(t, "max", http.MethodPost, shopPath+"/enable", "", 200)
	f.eventually(t, secret, http.StatusOK)
	offices[0].ask(t, "max", http.MethodDelete, shopPath, "", 204)
	f.eventually(t, secret, http.StatusUnauthorized)
	entries := offices[2].ask(t, "vic", http.MethodGet, "/organizations/acme/audit", "", 200)["entries"].([]any)
	assert.Len(t, entries, 5)
}

// The documented walk, word by word, with all that the example has.
func TestWalkThroughTheAPI(t *testing.T) {
	t.Parallel()
	build := t.TempDir()
	makeSample(t, build)
	o := beginOffice(t, inFile(filepath.Join(build, "tokens.yaml")))
	o.awaitReady(t)
	script := strings.NewReplacer("http://localhost:4320/api/v1", o.api, "http://localhost:4318", o.middleware).
		Replace(snippets(t, "admin API")[0])
	said, err := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c",
		`curl() { command curl --fail-with-body --show-error "$@"; }`+"\n"+script).CombinedOutput()
	require.NoError(t, err, "%s", said)
	assert.Contains(t, string(said), `{"partialSuccess":{}}`)
	assert.Contains(t, string(said), `"memo":"the notes, in the browser"`)
	o.ask(t, "ada", http.MethodGet, "/organizations/beta", "", 404)
}
