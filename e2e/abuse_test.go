// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Nothing a stranger sends changes what the next honest sender gets.
func TestBadRequestsChangeNothing(t *testing.T) {
	t.Parallel()
	c := startCollector(t)
	const tooLarge = http.StatusRequestHeaderFieldsTooLarge // net/http: headers of over 1 MiB
	noise := http.Header{}
	for i := range 10 << 10 {
		noise.Set(fmt.Sprintf("X-Noise-%d", i), strings.Repeat("n", 1<<10))
	}
	tests := []struct {
		name   string
		header http.Header
		body   []byte
		status int
	}{
		{"10 MiB of header noise", noise, spansJSON(t, 1), tooLarge},
		{"a 2 MiB token", http.Header{"X-Client-Token": {strings.Repeat("t", 2<<20)}}, spansJSON(t, 1), tooLarge},
		{"a 1 MiB token", http.Header{"X-Client-Token": {strings.Repeat("t", 1<<20)}}, spansJSON(t, 1), 401},
		{"100 origins", http.Header{"X-Client-Token": {web}, "Origin": repeated("http://localhost:1", 100)}, spansJSON(t, 1), 403},
		{"two tokens", http.Header{"X-Client-Token": {web, bare}}, spansJSON(t, 1), 401},
		{"invalid UTF-8 in the token", http.Header{"X-Client-Token": {"\xff\xfe\xfd-0123456789abcdef"}}, spansJSON(t, 1), 401},
		{"invalid UTF-8 in the origin", http.Header{"X-Client-Token": {web}, "Origin": {"http://\xff"}}, spansJSON(t, 1), 403},
		{"snappy", http.Header{"Content-Encoding": {"snappy"}}, []byte("\x80\x80\x80\x02\x00"), 0},
		// The Collector's own answer: it can't quote the body in its message. No SDK re-sends on 500.
		{"invalid UTF-8 in the body", http.Header{"X-Client-Token": {bare}}, []byte("{\"resourceSpans\":\"\xff\"}"), 500},
		{"a body of 5 MiB", http.Header{"X-Client-Token": {bare}}, bytes.Repeat([]byte(" "), 5<<20), 400},
	}
	for _, tt := range tests {
		for _, base := range []string{c.middleware, c.auth} {
			header := tt.header.Clone()
			header.Set("Content-Type", contentJSON)
			a := postBody(t, base+"/v1/traces", header, tt.body)
			want := tt.status
			if want == 0 { // compression_algorithms leaves it out; behind auth: the missing token goes first
				want = map[string]int{c.middleware: http.StatusBadRequest, c.auth: http.StatusUnauthorized}[base]
			}
			if want == http.StatusForbidden && base == c.auth {
				want = http.StatusUnauthorized // the Collector knows no other
			}
			assert.Equal(t, want, a.status, "%s: %.200s", tt.name, a.text)
		}
	}
	assert.Zero(t, c.sink.spans())
	assert.Equal(t, http.StatusOK, post(t, c.middleware, bare, "", 1).status)
}

func TestLargeMessageOverGRPC(t *testing.T) {
	t.Parallel()
	c := startCollector(t)
	exporter, err := otlptracegrpc.New(t.Context(), otlptracegrpc.WithEndpoint(c.grpc), otlptracegrpc.WithInsecure(),
		otlptracegrpc.WithHeaders(map[string]string{"x-client-token": bare}))
	require.NoError(t, err)
	err = export(t, exporter, strings.Repeat("n", 5<<20))
	assert.Equal(t, codes.ResourceExhausted, status.Code(err))
	assert.Zero(t, c.sink.spans())
}

// A secret that is sent, in whatever way, shows up nowhere: not in the log at debug level, not in a metric, not in the
// Collector's own traces, not in an answer.
func TestSecretsShowUpNowhere(t *testing.T) {
	t.Parallel()
	own := &logBuffer{}
	traces := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, err := io.Copy(own, r.Body)
		assert.NoError(t, err)
	}))
	t.Cleanup(traces.Close)
	c := startCollector(t, fmt.Sprintf("OWN_TRACES=[{simple: {exporter: {otlp: {protocol: http/protobuf, endpoint: %q}}}}]",
		traces.URL+"/v1/traces"))
	const stray = "stray-secret-of-nobody"
	var answers strings.Builder
	for _, base := range []string{c.middleware, c.auth, c.both} {
		for _, secret := range secretsOf(t, c) {
			for _, origin := range []string{"", "http://localhost:1", "https://elsewhere.example"} {
				answers.WriteString(post(t, base, secret, origin, 1).text)
				answers.WriteString(post(t, base, secret, origin, 101).text)
			}
			for _, contentType := range []string{contentJSON, "text/plain;charset=UTF-8"} { // as beacons
				header := http.Header{"Content-Type": {contentType}, "Origin": {"http://localhost:1"}}
				answers.WriteString(postBody(t, base+"/v1/traces?client_token="+secret, header, spansJSON(t, 1)).text)
			}
		}
		answers.WriteString(post(t, base, stray, "", 1).text)
		query := base + "/v1/traces?client_token=" + stray
		answers.WriteString(postBody(t, query, http.Header{"Content-Type": {contentJSON}}, spansJSON(t, 1)).text)
		answers.WriteString(postBody(t, base+"/nowhere?client_token="+bare, http.Header{}, nil).text)
	}
	c.edit(t, func(tokens string) string {
		return tokens + "  - " + stray + "\n  - {id: " + stray + "/x, secrets: " + stray + "}\n"
	})
	require.Eventually(t, func() bool { return c.log.contains("registry is not current") }, 10*time.Second, 20*time.Millisecond)

	metrics := strings.Join(c.metrics(t, ""), "\n")
	require.Contains(t, metrics, "client_token_auth_requests")
	require.Contains(t, own.String(), "/v1/traces", "the Collector has traced its requests")
	for _, secret := range append(secretsOf(t, c), stray) {
		assert.NotContains(t, c.log.String(), secret, "in the log")
		assert.NotContains(t, answers.String(), secret, "in an answer")
		assert.NotContains(t, metrics, secret, "in a metric")
		assert.NotContains(t, own.String(), secret, "in a trace")
	}
}

// secretsOf returns the secrets of the Collector's token file.
func secretsOf(t *testing.T, c *collector) []string {
	t.Helper()
	content, err := os.ReadFile(c.tokens)
	require.NoError(t, err)
	var secrets []string
	for _, match := range regexp.MustCompile(`secret: ([a-z-]+)`).FindAllSubmatch(content, -1) {
		secrets = append(secrets, string(match[1]))
	}
	require.Greater(t, len(secrets), 10)
	return secrets
}

func repeated(value string, n int) []string {
	values := make([]string, n)
	for i := range values {
		values[i] = value
	}
	return values
}
