// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A rotation with overlap is not felt by any sender, whichever secret it has, until the grace is over.
func TestRotationUnderTraffic(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(*testing.T) (command, func() *collector){
		"Redis": func(t *testing.T) (command, func() *collector) {
			t.Helper()
			server := startDurableRedis(t)
			return onRedis(t, server.Addr()), func() *collector { return startRegistryFleet(t, 1, server.Addr())[0] }
		},
		"file": func(t *testing.T) (command, func() *collector) {
			t.Helper()
			path := filepath.Join(t.TempDir(), "tokens.yaml")
			return onFile(t, path), func() *collector {
				c := beginMember(t, path, "")
				c.awaitReady(t)
				return c
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tokens, run := start(t)
			tokens.must("organization", "create", "--id", "acme")
			old := tokens.secretOf("create", "--organization", "acme", "--id", "shop", "--kind", "web")
			c := run()

			var secret atomic.Value
			secret.Store(old)
			done, finished := make(chan struct{}), make(chan map[int]int)
			body := spansJSON(t, 1)
			go func() { finished <- keepPosting(c, body, "", &secret, done) }()
			const grace = 4 * time.Second
			fresh := tokens.secretOf("rotate", "shop", "--grace", grace.String())
			rotated := time.Now()
			for post(t, c.middleware, fresh, "", 1).status != http.StatusOK {
				require.Less(t, time.Since(rotated), time.Minute)
			}
			secret.Store(fresh) // the page was deployed with the new one
			require.Equal(t, http.StatusOK, post(t, c.middleware, old, "", 1).status, "the old one still works")
			require.Eventually(t, func() bool { return post(t, c.middleware, old, "", 1).status == http.StatusUnauthorized },
				time.Minute, 10*time.Millisecond)
			assert.Greater(t, time.Since(rotated), grace-1500*time.Millisecond, "times are in whole seconds")
			close(done)
			answers := <-finished
			t.Logf("%s: %v", name, answers)
			assert.Len(t, answers, 1, "no request was refused")
			assert.Greater(t, answers[http.StatusOK], 10)
			assert.Equal(t, http.StatusOK, post(t, c.middleware, fresh, "", 1).status)
		})
	}
}

// keepPosting counts the answers by their statuses; 0 is none.
func keepPosting(c *collector, body []byte, origin string, secret *atomic.Value, done <-chan struct{}) map[int]int {
	answers := map[int]int{}
	for ; !closed(done); time.Sleep(time.Millisecond) {
		answers[statusOf(c.middleware+"/v1/traces", origin, secret.Load().(string), body)]++
	}
	return answers
}

func statusOf(url, origin, secret string, body []byte) int {
	request, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0
	}
	request.Header = http.Header{"Content-Type": {contentJSON}, "X-Client-Token": {secret}}
	if origin != "" {
		request.Header.Set("Origin", origin)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0
	}
	_ = response.Body.Close()
	return response.StatusCode
}
