// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const web = "secret-of-the-web-token"

const (
	reloads = "otelcol_extension_client_token_auth_registry_reloads"
	age     = "otelcol_extension_client_token_auth_registry_age"
)

// within is how soon a change of the token file is promised to be effective.
const within = time.Second

func TestRemovedTokenIsRefused(t *testing.T) {
	t.Parallel()
	c := startCollector(t)
	require.Equal(t, http.StatusOK, post(t, c.middleware, bare, "", 1).status)
	c.edit(t, func(tokens string) string { return withoutLine(tokens, "id: bare,") })
	time.Sleep(within)
	assert.Equal(t, http.StatusUnauthorized, post(t, c.middleware, bare, "", 1).status)
	assert.Equal(t, http.StatusUnauthorized, post(t, c.auth, bare, "", 1).status)
	assert.Equal(t, http.StatusOK, post(t, c.middleware, hundred, "", 1).status)
}

func TestBrokenFileChangesNothing(t *testing.T) {
	t.Parallel()
	c := startCollector(t)
	good, err := os.ReadFile(c.tokens)
	require.NoError(t, err)
	c.edit(t, func(tokens string) string {
		return strings.ReplaceAll(withoutLine(tokens, "id: bare,"), "kind: mobile", "kind: toaster")
	})
	require.Eventually(t, func() bool { return c.log.contains("registry is not current") }, 10*time.Second, 20*time.Millisecond)
	assert.Equal(t, http.StatusOK, post(t, c.middleware, bare, "", 1).status)
	assert.Equal(t, 1, c.log.count("registry is not current"), "one line")
	assert.Contains(t, c.log.String(), "tokens[7].kind")
	assert.Equal(t, []string{reloads + `{extension="client_token_auth",result="failed"} 1`}, c.metrics(t, reloads))
	assert.NotEqual(t, []string{age + `{extension="client_token_auth"} 0`}, c.metrics(t, age))

	require.NoError(t, os.WriteFile(c.tokens, good, 0o600))
	c.awaitReload(t)
	assert.Equal(t, http.StatusOK, post(t, c.middleware, bare, "", 1).status)
}

func (c *collector) awaitReload(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool { return c.log.contains("registry reloaded") }, 10*time.Second, 20*time.Millisecond)
}

func TestReportMode(t *testing.T) {
	t.Parallel()
	c := startCollector(t, "ORIGIN_MODE=report")
	assert.Equal(t, 1, c.log.count("origin_mode is report: origins that are not allowed are admitted"))
	const posts = 10_000
	body := spansJSON(t, 1)
	for range posts {
		header := http.Header{"Content-Type": {contentJSON}, "X-Client-Token": {web}, "Origin": {"https://elsewhere.example"}}
		require.Equal(t, http.StatusOK, postBody(t, c.middleware+"/v1/traces", header, body).status)
	}
	assert.Equal(t, posts, c.sink.spans())
	assert.Equal(t, 1, c.log.count("https://elsewhere.example"))
	assert.Equal(t,
		[]string{`otelcol_extension_client_token_auth_requests{extension="client_token_auth",outcome="origin_reported"} 10000`},
		c.metrics(t, "otelcol_extension_client_token_auth_requests"))
	malformed := post(t, c.middleware, web, "https://elsewhere.example/path", 1)
	assert.Equal(t, http.StatusForbidden, malformed.status, "a malformed origin stays refused")
}

// edit rewrites the token file in place.
func (c *collector) edit(t *testing.T, change func(string) string) {
	t.Helper()
	content, err := os.ReadFile(c.tokens)
	require.NoError(t, err)
	changed := change(string(content))
	require.NotEqual(t, string(content), changed)
	require.NoError(t, os.WriteFile(c.tokens, []byte(changed), 0o600))
}

func withoutLine(text, containing string) string {
	var kept strings.Builder
	for line := range strings.Lines(text) {
		if !strings.Contains(line, containing) {
			kept.WriteString(line)
		}
	}
	return kept.String()
}
