// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pageAnswer is what a page could read of the answer to its post.
type pageAnswer struct {
	Status int    `json:"status"`
	Error  string `json:"error"`
	Body   struct {
		Message string `json:"message"`
		Details []struct {
			Reason string `json:"reason"`
		} `json:"details"`
	} `json:"body"`
}

// Chromium tells the truth about where a page is from, and every page can read what it is answered.
func TestBrowserOrigins(t *testing.T) {
	t.Parallel()
	c := startCollector(t)
	s := serveWebsite(t, c)
	c.edit(t, func(tokens string) string {
		return tokens + fmt.Sprintf("  - {id: ported, organization: acme, kind: web, allowed_origins: [%q], secret: %s}\n",
			s.at("localhost"), "secret-of-the-ported-token")
	})
	c.awaitReload(t)
	tests := []struct {
		name, host, post, token string
		allowed                 bool
	}{
		{"localhost, any port", "localhost", "post", "web", true},
		{"localhost, this port", "localhost", "post", "ported", true},
		{"localhost, another port", "localhost", "post", "elsewhere", false},
		{"another host", "127.0.0.1", "post", "web", false},
		{"wildcard", "shop.localhost", "post", "wildcard", true},
		{"wildcard, no label for it", "localhost", "post", "wildcard", false},
		{"wildcard, two labels for it", "a.shop.localhost", "post", "wildcard", false},
		{"null, listed", "localhost", "postFramed", "framed", true},
		{"null, not listed", "localhost", "postFramed", "web", false},
	}
	var steps []any
	for _, tt := range tests {
		steps = append(steps, leave{Goto: s.at(tt.host)})
		for _, endpoint := range []string{c.middleware, c.auth} {
			steps = append(steps, fmt.Sprintf("%s('%s/v1/traces', 'secret-of-the-%s-token')", tt.post, endpoint, tt.token))
		}
	}
	j := travel(t, s.at("localhost"), c.middleware, steps...)
	arrived := map[string]int{}
	for i, tt := range tests {
		byMiddleware, byAuth := result[pageAnswer](t, j, 3*i+1), result[pageAnswer](t, j, 3*i+2)
		assert.Empty(t, byMiddleware.Error+byAuth.Error, tt.name)
		if tt.allowed {
			assert.Equal(t, http.StatusOK, byMiddleware.Status, tt.name)
			assert.Equal(t, http.StatusOK, byAuth.Status, tt.name)
			arrived[tt.token] += 2
			continue
		}
		assert.Equal(t, http.StatusForbidden, byMiddleware.Status, tt.name)
		require.NotEmpty(t, byMiddleware.Body.Details, tt.name)
		assert.Equal(t, "ORIGIN_NOT_ALLOWED", byMiddleware.Body.Details[0].Reason, tt.name)
		assert.Equal(t, http.StatusUnauthorized, byAuth.Status, tt.name) // the Collector knows no other
		assert.Equal(t, byMiddleware.Body.Message, byAuth.Body.Message, tt.name)
	}
	for token, spans := range arrived {
		assert.Equal(t, spans, c.sink.spansOf(token), token)
	}
	assert.Equal(t, 2*4, c.sink.spans())
}
