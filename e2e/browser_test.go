// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bufio"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// page is the example's web page, served for the test, under an origin the tokens allow and under one they don't.
type page struct{ allowed, denied string }

func servePage(t *testing.T) page {
	t.Helper()
	server := exec.Command("node", "../examples/embedded/web/serve.mjs")
	server.Env = append(os.Environ(), "PORT=0")
	server.Stderr = os.Stderr
	output, err := server.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, server.Start())
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGTERM) // it has a process of its own to end
		_ = server.Wait()
	})
	line, err := bufio.NewReader(output).ReadString('\n')
	require.NoError(t, err, "the page's server ended; its packages are installed by: make test")
	address := strings.TrimSpace(strings.TrimPrefix(line, "listening on "))
	return page{allowed: address, denied: strings.Replace(address, "localhost", "127.0.0.1", 1)}
}

// visit is what the page's own scripts and the browser's network saw.
type visit struct {
	posts    []pagePost
	batches  []pageBatch
	requests []browserRequest
}

// pagePost is one post of opentelemetry-js and what the page could read of the answer.
type pagePost struct {
	Batch      int     `json:"batch"`
	Status     *int    `json:"status"`
	RetryAfter *string `json:"retryAfter"`
	Body       struct {
		Details []struct {
			Reason string `json:"reason"`
		} `json:"details"`
	} `json:"body"`
	StartedAt float64 `json:"startedAt"`
	EndedAt   float64 `json:"endedAt"`
}

// pageBatch is what opentelemetry-js made of a batch.
type pageBatch struct {
	Spans     int     `json:"spans"`
	Delivered bool    `json:"delivered"`
	StartedAt float64 `json:"startedAt"`
	EndedAt   float64 `json:"endedAt"`
}

// browse opens the page in Chromium with the settings as query, runs the steps in it, and returns what was seen.
func browse(t *testing.T, at, endpoint string, settings url.Values, steps ...any) visit {
	t.Helper()
	n := len(steps)
	j := travel(t, withSettings(at, endpoint, settings), endpoint, append(steps, "example.posts", "example.batches")...)
	return visit{posts: result[[]pagePost](t, j, n), batches: result[[]pageBatch](t, j, n+1), requests: j.Requests}
}

// withSettings returns the address at which the page has the settings.
func withSettings(at, endpoint string, settings url.Values) string {
	settings.Set("endpoint", endpoint+"/v1/traces")
	return at + "/?" + settings.Encode()
}

// sent returns the posts that the network saw.
func (v visit) sent() []browserRequest {
	return slices.DeleteFunc(slices.Clone(v.requests), func(r browserRequest) bool { return r.Preflight })
}

// only returns the one post of a visit.
func (v visit) only(t *testing.T) pagePost {
	t.Helper()
	require.Len(t, v.posts, 1, "the SDK sent again")
	require.Len(t, v.sent(), 1, "the SDK sent again")
	require.NotNil(t, v.posts[0].Status, "the page could not read the answer")
	return v.posts[0]
}

func settings(token string, more ...string) url.Values {
	values := url.Values{"token": {token}}
	for i := 0; i < len(more); i += 2 {
		values.Set(more[i], more[i+1])
	}
	return values
}

func TestBrowserAllowedOrigin(t *testing.T) {
	t.Parallel()
	c, p := startCollector(t), servePage(t)
	for _, endpoint := range []string{c.middleware, c.auth} {
		before := c.sink.spans()
		v := browse(t, p.allowed, endpoint, settings("secret-of-the-web-token", "forge", "1"), "example.sendSpans(7)")
		assert.Equal(t, http.StatusOK, *v.only(t).Status)
		assert.True(t, v.batches[0].Delivered)
		assert.Equal(t, 7, c.sink.spans()-before)
		preflight := slices.IndexFunc(v.requests, func(r browserRequest) bool { return r.Preflight })
		require.GreaterOrEqual(t, preflight, 0, "no preflight: the post was not cross-origin")
		assert.Equal(t, http.StatusNoContent, *v.requests[preflight].Status)
	}
	for _, a := range c.sink.all() {
		assertStamped(t, a, map[string]string{"token_id": "web", "organization_id": "acme", "environment": "production"})
	}
}

func TestBrowserDeniedOrigin(t *testing.T) {
	t.Parallel()
	c, p := startCollector(t), servePage(t)
	tests := []struct {
		wiring   string
		endpoint string
		status   int
		reason   string
	}{
		{"middleware", c.middleware, http.StatusForbidden, "ORIGIN_NOT_ALLOWED"},
		{"auth", c.auth, http.StatusUnauthorized, ""}, // the Collector keeps the message and drops the details
	}
	for _, tt := range tests {
		v := browse(t, p.denied, tt.endpoint, settings("secret-of-the-web-token"), "example.sendSpans(7)")
		refused := v.only(t)
		assert.Equal(t, tt.status, *refused.Status, tt.wiring)
		if tt.reason != "" {
			assert.Equal(t, tt.reason, refused.Body.Details[0].Reason)
		}
		assert.False(t, v.batches[0].Delivered)
	}
	assert.Zero(t, c.sink.spans())
}
