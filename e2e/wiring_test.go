// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	byMiddleware = "receivers: {otlp: {protocols: {http: {middlewares: [{id: client_token_auth}]}}}}\n"
	byAuth       = "receivers: {otlp: {protocols: {http: {auth: {authenticator: client_token_auth}}}}}\n"
)

func TestMiswiringIsRefused(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, config, says string }{
		{
			"limiter behind batch",
			byMiddleware + "service: {pipelines: {traces/web: " +
				"{receivers: [otlp], processors: [batch, span_rate_limit], exporters: [nop]}}}",
			"pipeline traces/web: span_rate_limit stands behind batch, which drops who sent the spans: " +
				"move span_rate_limit in front of it",
		},
		{
			"no limiter",
			byMiddleware + "service: {pipelines: {traces: {receivers: [otlp], exporters: [nop]}}}",
			"pipeline traces: receiver otlp is behind client_token_auth, but nothing holds its senders to their limits: " +
				"add span_rate_limit to the pipeline's processors, in front of any batch",
		},
		{
			"metrics by auth only",
			byAuth + "service: {pipelines: {metrics: {receivers: [otlp], exporters: [nop]}}}",
			"pipeline metrics: receiver otlp is behind client_token_auth by auth: only, which can't check which signals " +
				"a token may write: add middlewares: [{id: client_token_auth}] to otlp protocol http, or take the receiver out",
		},
		{
			"nothing behind it",
			"receivers: {otlp: {protocols: {http: }}}\nservice: {pipelines: {logs: {receivers: [otlp], exporters: [nop]}}}",
			"no receiver is behind client_token_auth: add middlewares: [{id: client_token_auth}]",
		},
		{
			"logs by auth only",
			byAuth + "service: {pipelines: {logs: {receivers: [otlp], exporters: [nop]}}}",
			"pipeline logs: receiver otlp is behind client_token_auth by auth: only",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			own := filepath.Join(t.TempDir(), "own.yaml")
			require.NoError(t, os.WriteFile(own, []byte(tt.config), 0o600))
			said := refusedStart(t, nil, "--config", "testdata/wiring/base.yaml", "--config", own)
			assert.Contains(t, said, tt.says)
		})
	}
}

// Another authenticator in front says nothing about client tokens.
func TestBasicAuthIsNoClientToken(t *testing.T) {
	t.Parallel()
	address := freeAddresses(t, 1)[0]
	own := filepath.Join(t.TempDir(), "own.yaml")
	require.NoError(t, os.WriteFile(own, []byte(`
extensions: {basicauth: {htpasswd: {inline: "user:pass"}}}
receivers:
  otlp:
    protocols:
      http:
        endpoint: `+address+`
        auth: {authenticator: basicauth}
        middlewares: [{id: client_token_auth}]
service:
  extensions: [client_token_auth, basicauth]
  pipelines: {traces: {receivers: [otlp], processors: [span_rate_limit], exporters: [nop]}}
`), 0o600))
	c := &collector{log: &logBuffer{}}
	c.run(t, nil, "--config", "testdata/wiring/base.yaml", "--config", own)
	url := "http://" + address + "/v1/traces"
	header := http.Header{"Content-Type": {contentJSON}, "Authorization": {"Basic dXNlcjpwYXNz"}}
	a := postBody(t, url, header.Clone(), spansJSON(t, 1))
	assert.Equal(t, http.StatusUnauthorized, a.status)
	assert.Equal(t, "TOKEN_MISSING", a.reason())
	header.Set("X-Client-Token", bare)
	assert.Equal(t, http.StatusOK, postBody(t, url, header, spansJSON(t, 1)).status)
}
