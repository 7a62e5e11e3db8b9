// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/admission"
)

const maxCost = 64 << 10 // bytes allocated by a bad request

func TestBadRequestsAreCheap(t *testing.T) {
	huge := strings.Repeat("x", 1<<20)
	noise := http.Header{}
	for i := range 10_000 {
		noise.Set("X-Noise-"+strconv.Itoa(i), huge[:1<<10])
	}
	with := func(values ...string) http.Header { return http.Header{"X-Client-Token": values} }
	origins := from("shop-web", "")
	for range 100 {
		origins.Add("Origin", shop)
	}
	crooked := from("shop-web", "https://"+huge)
	var parameters strings.Builder
	for i := range 1 << 20 / 16 {
		parameters.WriteString("; parameter" + strconv.Itoa(i) + "=x")
	}
	typed := headers("Content-Type", contentTypeProtobuf+parameters.String())
	sameEscaped := strings.Repeat("&client_token="+everyEscaped(one), 1<<20/80)
	const (
		missing, unknown = admission.Missing, admission.Unknown
		ambiguous        = admission.Ambiguous
		malformed        = admission.OriginMalformed
	)
	tests := []struct {
		name    string
		headers http.Header
		query   string
		want    admission.Outcome // of the middleware
		auth    admission.Outcome // of Authenticate, which sees no query
	}{
		{"10 MiB of header noise", noise, "", missing, missing},
		{"100 origins", origins, "", malformed, malformed},
		{"1 MiB of origin", crooked, "", malformed, malformed},
		{"invalid UTF-8", with(strings.Repeat("\xff", 64)), "", unknown, unknown},
		{"invalid UTF-8 in the origin", from("shop-web", "https://\xff\xfe.example"), "", malformed, malformed},
		{"two tokens", with(one, two), "", ambiguous, ambiguous},
		{"100,000 tokens", with(strings.Split(strings.Repeat(one+" ", 100_000), " ")...), "", unknown, unknown},
		{"1 MiB of token", with(huge), "", unknown, unknown},
		{"1 MiB of spaces", headers("Authorization", "Bearer "+strings.Repeat(" ", 1<<20)+"x"), "", unknown, unknown},
		{"1 MiB of token, escaped", headers(), "client_token=" + strings.Repeat("%41", 1<<20/3), unknown, missing},
		{"1 MiB of bad escapes", headers(), strings.Repeat("client_token=%zz&", 1<<20/17), ambiguous, missing},
		{"13,000 times the same, escaped", headers(), sameEscaped, ambiguous, missing},
		{"1 MiB of other parameters", headers(), strings.Repeat("%41=%42&", 1<<20/8), missing, missing},
		{"1 MiB of content type", typed, "", missing, missing},
		{"unknown token", from("nobody", shop), "", unknown, unknown},
	}
	f := newFixture(t)
	handler, passed := f.handler(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, label(tt.want), label(f.checker.Check(tt.headers, tt.query).Outcome))
			require.Equal(t, label(tt.auth), label(f.checker.Check(tt.headers, "").Outcome))
			assert.Less(t, allocated(func() { _, _ = f.Authenticate(t.Context(), tt.headers) }), uint64(maxCost))

			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/traces", http.NoBody)
			r.Header, r.URL.RawQuery = tt.headers, tt.query
			w := &sink{header: http.Header{}}
			assert.Less(t, allocated(func() { handler.ServeHTTP(w, r) }), uint64(maxCost))
			assert.Equal(t, tt.want.Verdict().HTTP, w.status)
		})
	}
	assert.Empty(t, *passed)
	assert.Equal(t, 14, f.registry.Len(), "bad requests change nothing")
	assert.Empty(t, f.originLog.told)
}

// allocated returns the bytes that a call allocates.
func allocated(call func()) uint64 {
	const calls = 20
	call()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range calls {
		call()
	}
	runtime.ReadMemStats(&after)
	return (after.TotalAlloc - before.TotalAlloc) / calls
}

// sink is a response that costs nothing.
type sink struct {
	header http.Header
	status int
}

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) WriteHeader(status int)      { s.status = status }
func (s *sink) Write(p []byte) (int, error) { return len(p), nil }
