// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package recipe has lines to paste for whoever uses a token, as the command and the console show them.
package recipe

import (
	"fmt"
	"strings"
	"text/template"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/advice"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/origin"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// Recipe is some lines, and where they belong.
type Recipe struct {
	ID    string // of its kind
	Title string
	Text  string
}

// ingredients are what recipes are filled in with.
type ingredients struct {
	Secret     string
	Page       bool
	BatchSize  int64 // 0: the SDK's default will do
	Path, Body string
	Headers    []string // of the curl
}

// For returns the recipes of a token with its secret. The owner may be nil, if nobody knows it.
func For(t *token.Token, owner *token.Organization, secret string) []Recipe {
	i := ingredients{Secret: secret, Page: t.Kind == token.KindWeb, Headers: originHeaders(t)}
	i.Path, i.Body = request(t)
	if size, low := advice.BatchSize(t, owner); low {
		i.BatchSize = size
	}
	var all []Recipe
	for _, r := range []struct {
		Recipe

		fits bool
	}{
		{traces, t.Writes(token.SignalTraces) && t.Kind != token.KindRemoteWrite},
		{curl, t.Kind != token.KindRemoteWrite},
		{remoteWrite, t.Kind == token.KindRemoteWrite},
		{cors, i.Page},
	} {
		if r.fits {
			all = append(all, Recipe{r.ID, i.fill(r.Title), i.fill(r.Text)})
		}
	}
	return all
}

func (i *ingredients) fill(text string) string {
	var b strings.Builder
	template.Must(template.New("").Parse(text)).Execute(&b, i) //nolint:errcheck // it can be written
	return b.String()
}

// The scanners' comments are those of examples/secret-scanning: gitleaks, GitGuardian, and on the line before semgrep.
var (
	traces = Recipe{"traces", `In the {{if .Page}}page{{else}}app{{end}}, with opentelemetry-js` +
		` (the comments tell scanners: no leak)`, `const exporter = new OTLPTraceExporter({
  url: 'https://gateway.example.com/v1/traces', // your Collector
  headers: {
    // nosemgrep: generic.secrets.gitleaks.generic-api-key.generic-api-key
    'X-Client-Token': '{{.Secret}}', // gitleaks:allow ggignore
  },
  timeoutMillis: 90_000, // over the limit: wait and send again
});
const processor = new BatchSpanProcessor(exporter, {
  exportTimeoutMillis: 90_000,
{{- if .BatchSize}}
  maxExportBatchSize: {{.BatchSize}}, // a larger batch can never pass the limit
{{- end}}
});
new WebTracerProvider({ spanProcessors: [processor] }).register();
`}

	curl = Recipe{"curl", `To try it (200, and nothing is stored)`, `curl -i https://gateway.example.com{{.Path}} \
  -H 'Content-Type: application/json' \
  -H 'X-Client-Token: {{.Secret}}' \
{{- range .Headers}}
  -H '{{.}}' \
{{- end}}
  -d '{{.Body}}'
`}

	remoteWrite = Recipe{"remote_write", `In Prometheus, started with --enable-feature=metadata-wal-records`, `remote_write:
  - url: https://gateway.example.com/api/v1/write # your Collector
    protobuf_message: io.prometheus.write.v2.Request
    authorization: {credentials: {{.Secret}}}
`}

	cors = Recipe{"cors", `In the Collector's otlp receiver, so that pages may post and can read refusals`, `http:
  middlewares: [{id: client_token_auth}]
  cors:
    allowed_origins: ["https://*", "http://*", "null"]
    allowed_headers: [Content-Type, X-Client-Token]
    exposed_headers: [Retry-After]
    max_age: 7200
`}
)

// request returns an empty request that the token may send.
func request(t *token.Token) (path, body string) {
	const empty = `{"resource%s":[]}`
	switch t.SignalsOrDefault()[0] {
	case token.SignalMetrics:
		return "/v1/metrics", fmt.Sprintf(empty, "Metrics")
	case token.SignalLogs:
		return "/v1/logs", fmt.Sprintf(empty, "Logs")
	case token.SignalProfiles:
		return "/v1development/profiles", fmt.Sprintf(empty, "Profiles")
	default:
		return "/v1/traces", fmt.Sprintf(empty, "Spans")
	}
}

// originHeaders are those of a request that the token admits.
func originHeaders(t *token.Token) []string {
	if len(t.AllowedOrigins) == 0 {
		return nil
	}
	name := "Origin"
	example := exampleOrigin(t.AllowedOrigins[0])
	if t.Kind == token.KindMobile && !strings.HasPrefix(example, "http") {
		name = "X-LAST9-ORIGIN"
	}
	return []string{name + ": " + example}
}

// exampleOrigin returns an origin that the pattern admits, as a browser spells it.
func exampleOrigin(pattern string) string {
	p, err := origin.ParsePattern(pattern)
	if err != nil || p.String() == "*" {
		return "https://www.example.com"
	}
	text := strings.Replace(p.String(), "**", "www", 1)
	if bare, anyPort := strings.CutSuffix(text, ":*"); anyPort {
		text = bare + ":3000"
	}
	return strings.ReplaceAll(text, "*", "www")
}
