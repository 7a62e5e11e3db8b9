// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/extension/extensioncapabilities"
	"go.uber.org/zap"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenauthextension/internal/metadata"
)

// Receivers that the cases share, as they are in the effective configuration: a protocol that is off stands as null.
const receivers = `
receivers:
  otlp/http: {protocols: {http: {middlewares: [{id: client_token_auth}], compression_algorithms: ["", gzip]}}}
  otlp/auth: {protocols: {grpc: {auth: {authenticator: client_token_auth}}}}
  otlp/both:
    protocols:
      http: {auth: {authenticator: client_token_auth}, middlewares: [{id: other}, {id: client_token_auth}]}
  otlp/half:
    protocols:
      http: {middlewares: [{id: client_token_auth}], compression_algorithms: ["", gzip]}
      grpc: {endpoint: "0.0.0.0:4317"}
  otlp/costly: {protocols: {http: {middlewares: [{id: client_token_auth}]}}}
  otlp/snappy: {protocols: {http: {middlewares: [{id: client_token_auth}], compression_algorithms: [gzip, snappy]}}}
  otlp/null: {protocols: {http: {middlewares: [{id: client_token_auth}], compression_algorithms: ["", gzip]}, grpc: }}
  otlp/locked:
    protocols:
      http: {middlewares: [{id: client_token_auth}], compression_algorithms: ["", gzip]}
      grpc: {auth: {authenticator: oidc}}
  otlp/siblings:
    protocols:
      http: {middlewares: [{id: client_token_auth}], compression_algorithms: ["", gzip]}
      grpc: {middlewares: [{id: client_token_auth/app}]}
  otlp/named: {protocols: {http: {middlewares: [{id: client_token_auth/web}]}}}
  otlp/open: {protocols: {grpc: {endpoint: "0.0.0.0:4317"}, http: {}}}
  otlp/off: {protocols: {grpc: , http: }}
  otlp/oidc: {protocols: {grpc: {auth: {authenticator: oidc}}}}
  otlp/nothing:
  zipkin: {auth: {authenticator: client_token_auth}}
  zipkin/half: {protocols: {b: {}, a: {auth: {authenticator: client_token_auth}}, c: {auth: {authenticator: oidc}}}}
  kafka: {auth: {sasl: {username: u}}}
  prometheus_remote_write: {auth: {authenticator: client_token_auth}, middlewares: [{id: client_token_auth}]}
  prometheus_remote_write/costly: {middlewares: [{id: client_token_auth}], compression_algorithms: [snappy]}
  prometheusremotewrite/blind: {auth: {authenticator: client_token_auth}}
  "otlp / spaces": {protocols: {grpc: {auth: {authenticator: "client_token_auth "}}}}
connectors: {forward: , forward/b: , span_metrics: }
`

func TestWiringIsFine(t *testing.T) {
	tests := []struct {
		name      string
		pipelines string
	}{
		{"recommended", `{
			traces: {receivers: [otlp/http], processors: [memory_limiter, span_rate_limit, batch], exporters: [x]}}`},
		{"auth only", "{traces: {receivers: [otlp/auth], processors: [span_rate_limit], exporters: [x]}}"},
		{"auth and middleware take any signal", `{
			traces: {receivers: [otlp/both], processors: [span_rate_limit], exporters: [x]},
			metrics: {receivers: [otlp/both, prometheus_remote_write], exporters: [x]},
			logs: {receivers: [otlp/both], exporters: [x]}, profiles: {receivers: [otlp/both], exporters: [x]}}`},
		{"named limiter", "{traces: {receivers: [otlp/http], processors: [span_rate_limit/x], exporters: [x]}}"},
		{"limiter behind a connector", `{
			traces/in: {receivers: [otlp/http], exporters: [forward]},
			traces/out: {receivers: [forward], processors: [span_rate_limit, batch], exporters: [x]}}`},
		{"limiter behind two connectors, on both ways", `{
			traces/in: {receivers: [otlp/http], exporters: [forward]},
			traces/middle: {receivers: [forward], exporters: [forward/b]},
			traces/a: {receivers: [forward/b], processors: [span_rate_limit], exporters: [x]},
			traces/b: {receivers: [forward/b], processors: [span_rate_limit], exporters: [x]}}`},
		{"limiter in front of connectors", `{
			traces/in: {receivers: [otlp/http], processors: [span_rate_limit, batch], exporters: [forward, span_metrics]},
			traces/out: {receivers: [forward], processors: [batch], exporters: [x]},
			metrics: {receivers: [span_metrics], exporters: [x]}}`},
		{"batch behind, in the next pipeline", `{
			traces/in: {receivers: [otlp/http], processors: [span_rate_limit], exporters: [forward]},
			traces/out: {receivers: [forward], processors: [batch, tail_sampling], exporters: [x]}}`},
		{"a protocol that is off", "{traces: {receivers: [otlp/null], processors: [span_rate_limit], exporters: [x]}}"},
		{"open receivers beside the guarded one", `{
			traces: {receivers: [otlp/http], processors: [span_rate_limit], exporters: [x]},
			traces/open: {receivers: [otlp/open, otlp/off, otlp/nothing, kafka, otlp/named], processors: [batch], exporters: [x]},
			metrics: {receivers: [otlp/open, otlp/oidc], exporters: [x]}}`},
		{"another authenticator on the other protocol", `{
			traces: {receivers: [otlp/locked, otlp/siblings], processors: [span_rate_limit], exporters: [x]}}`},
		{"half-open receiver that no pipeline uses", `{
			traces: {receivers: [otlp/http], processors: [span_rate_limit], exporters: [x]}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newStoppedFixture(t, zap.NewNop())
			require.NoError(t, f.NotifyConfigSnapshot(t.Context(), snapshot(t, tt.pipelines)))
			assert.Empty(t, f.logs.All())
		})
	}
}

func TestMiswiring(t *testing.T) {
	const unused = "no receiver is behind client_token_auth: add middlewares: [{id: client_token_auth}] or " +
		"auth: {authenticator: client_token_auth} to one, or take it out of the extensions"
	unlimited := func(pipeline, receiver string) string {
		return "pipeline " + pipeline + ": receiver " + receiver + " is behind client_token_auth, but nothing holds its " +
			"senders to their limits: add span_rate_limit to the pipeline's processors, in front of any batch"
	}
	blind := func(pipeline, receiver, door string) string {
		advice := "add middlewares: [{id: client_token_auth}] to " + door + ", or take the receiver out of the pipeline"
		return "pipeline " + pipeline + ": receiver " + receiver + " is behind client_token_auth by auth: only, which " +
			"can't check which signals a token may write: " + advice
	}
	tests := []struct {
		name      string
		pipelines string
		want      []string
	}{
		{
			"nobody is guarded", `{
				traces: {receivers: [otlp/open, otlp/off, otlp/nothing, kafka, otlp/named], processors: [batch], exporters: [x]}}`,
			[]string{unused},
		},
		{"no pipelines", "{}", []string{unused}},
		{
			"batch in front", "{traces: {receivers: [otlp/http], processors: [batch, span_rate_limit], exporters: [x]}}",
			[]string{"pipeline traces: span_rate_limit stands behind batch, which drops who sent the spans: " +
				"move span_rate_limit in front of it"},
		},
		{
			"others that forget, by name", `{
				traces/a: {receivers: [otlp/http], processors: [groupbytrace/g, span_rate_limit/x], exporters: [x]},
				traces/b: {receivers: [otlp/open], processors: [tail_sampling, batch, span_rate_limit], exporters: [x]}}`,
			[]string{
				"pipeline traces/a: span_rate_limit/x stands behind groupbytrace/g, which drops who sent the spans: " +
					"move span_rate_limit/x in front of it",
				"pipeline traces/b: span_rate_limit stands behind tail_sampling, which drops who sent the spans: " +
					"move span_rate_limit in front of it",
			},
		},
		{
			"batch in the pipeline before", `{
				traces/in: {receivers: [otlp/http], processors: [batch], exporters: [forward]},
				traces/out: {receivers: [forward], processors: [span_rate_limit], exporters: [x]}}`,
			[]string{"pipeline traces/out: span_rate_limit stands behind batch of pipeline traces/in, which drops who sent " +
				"the spans: move span_rate_limit into pipeline traces/in, in front of it"},
		},
		{
			"batch two pipelines before", `{
				traces/a: {receivers: [otlp/http], processors: [batch], exporters: [forward]},
				traces/b: {receivers: [forward], exporters: [forward/b]},
				traces/c: {receivers: [forward/b], processors: [span_rate_limit], exporters: [x]}}`,
			[]string{"pipeline traces/c: span_rate_limit stands behind batch of pipeline traces/a, which drops who sent " +
				"the spans: move span_rate_limit into pipeline traces/a, in front of it"},
		},
		{
			"no limiter", "{traces: {receivers: [otlp/http], processors: [batch], exporters: [x]}}",
			[]string{unlimited("traces", "otlp/http")},
		},
		{
			"no limiter, not otlp", "{traces: {receivers: [zipkin], exporters: [x]}}",
			[]string{unlimited("traces", "zipkin")},
		},
		{
			"limiter of another type",
			"{traces: {receivers: [otlp/http], processors: [rate_limit/span_rate_limit], exporters: [x]}}",
			[]string{unlimited("traces", "otlp/http")},
		},
		{
			"one exporter beside the limited connector", `{
				traces/in: {receivers: [otlp/http], exporters: [forward, x]},
				traces/out: {receivers: [forward], processors: [span_rate_limit], exporters: [x]}}`,
			[]string{unlimited("traces/in", "otlp/http")},
		},
		{
			"one of two ways behind a connector", `{
				traces/in: {receivers: [otlp/http], exporters: [forward]},
				traces/a: {receivers: [forward], processors: [span_rate_limit], exporters: [x]},
				traces/b: {receivers: [forward], exporters: [x]}}`,
			[]string{unlimited("traces/in", "otlp/http")},
		},
		{
			"connector to metrics", `{
				traces: {receivers: [otlp/http], exporters: [span_metrics]},
				metrics: {receivers: [span_metrics], exporters: [x]}}`,
			[]string{unlimited("traces", "otlp/http")},
		},
		{
			"signals by auth only", `{
				metrics: {receivers: [otlp/auth], exporters: [x]}, logs: {receivers: [zipkin], exporters: [x]},
				profiles/p: {receivers: [otlp/auth], exporters: [x]},
				metrics/rw: {receivers: [prometheusremotewrite/blind], exporters: [x]}}`,
			[]string{
				blind("logs", "zipkin", "zipkin"),
				blind("metrics", "otlp/auth", "otlp/auth protocol grpc"),
				blind("metrics/rw", "prometheusremotewrite/blind", "prometheusremotewrite/blind"),
				blind("profiles/p", "otlp/auth", "otlp/auth protocol grpc"),
			},
		},
		{
			"spaces that the Collector ignores", `{
				"traces / t": {receivers: ["otlp/ spaces"], exporters: [x]},
				metrics: {receivers: ["otlp /spaces"], exporters: [x]}}`,
			[]string{blind("metrics", "otlp/spaces", "otlp/spaces protocol grpc"), unlimited("traces/t", "otlp/spaces")},
		},
		{
			"many pipelines, in order", `{
				traces/e: {receivers: [otlp/http], exporters: [x]}, traces/c: {receivers: [otlp/http], exporters: [x]},
				traces/a: {receivers: [otlp/http], exporters: [x]}, traces/d: {receivers: [otlp/http], exporters: [x]},
				traces/b: {receivers: [otlp/http], exporters: [x]}}`,
			[]string{
				unlimited("traces/a", "otlp/http"), unlimited("traces/b", "otlp/http"), unlimited("traces/c", "otlp/http"),
				unlimited("traces/d", "otlp/http"), unlimited("traces/e", "otlp/http"),
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newStoppedFixture(t, zap.NewNop())
			err := f.NotifyConfigSnapshot(t.Context(), snapshot(t, tt.pipelines))
			require.EqualError(t, err, strings.Join(tt.want, "\n"))

			lenient := newStoppedFixture(t, zap.NewNop(), func(cfg *Config) { cfg.WiringCheck = WiringCheckWarn })
			require.NoError(t, lenient.NotifyConfigSnapshot(t.Context(), snapshot(t, tt.pipelines)))
			var logged []string
			for _, entry := range lenient.logs.FilterLevelExact(zap.WarnLevel).All() {
				logged = append(logged, entry.ContextMap()["error"].(string))
			}
			assert.Equal(t, tt.want, logged)
		})
	}
}

func TestWiringOfANamedInstance(t *testing.T) {
	f := newStoppedFixture(t, zap.NewNop())
	f.id = component.NewIDWithName(metadata.Type, "web")
	err := f.NotifyConfigSnapshot(t.Context(),
		snapshot(t, "{traces: {receivers: [otlp/named, otlp/http], processors: [batch], exporters: [x]}}"))
	assert.EqualError(t, err, "pipeline traces: receiver otlp/named is behind client_token_auth/web, but nothing holds "+
		"its senders to their limits: add span_rate_limit to the pipeline's processors, in front of any batch")
}

func TestDoorsAreWarnedAbout(t *testing.T) {
	f := newStoppedFixture(t, zap.NewNop())
	require.NoError(t, f.NotifyConfigSnapshot(t.Context(), snapshot(t, `{
		traces: {receivers: [otlp/null, zipkin/half, otlp/http, otlp/half, otlp/costly, otlp/snappy, otlp/both],
			processors: [span_rate_limit]},
		metrics: {receivers: [prometheus_remote_write, prometheus_remote_write/costly]}}`)))
	var warnings []string
	for _, entry := range f.logs.FilterLevelExact(zap.WarnLevel).All() {
		warnings = append(warnings, entry.ContextMap()["warning"].(string))
	}
	assert.Equal(t, []string{
		"receiver otlp/half protocol grpc is open: otlp/half protocol http is not, and both feed the same pipelines; " +
			"put client_token_auth in front of it, too, or use a receiver of its own",
		"receiver zipkin/half protocol b is open: zipkin/half protocol a is not, and both feed the same pipelines; " +
			"put client_token_auth in front of it, too, or use a receiver of its own",
		"receiver otlp/costly protocol http decompresses snappy bodies before the token is looked at; " +
			`set compression_algorithms: ["", gzip] beside middlewares:`,
		"receiver otlp/snappy protocol http decompresses snappy bodies before the token is looked at; " +
			`set compression_algorithms: ["", gzip] beside middlewares:`,
		"receiver prometheus_remote_write/costly decompresses snappy bodies before the token is looked at; " +
			"add auth: {authenticator: client_token_auth}, which comes first",
	}, warnings)
}

func TestWiringThatCannotBeRead(t *testing.T) {
	unreadable := extensioncapabilities.NewConfigSnapshot(
		confmap.NewFromStringMap(map[string]any{"receivers": map[string]any{"not a name": nil}}), nil)
	f := newStoppedFixture(t, zap.NewNop())
	require.ErrorContains(t, f.NotifyConfigSnapshot(t.Context(), unreadable), "can't read the configuration: ")
	lenient := newStoppedFixture(t, zap.NewNop(), func(cfg *Config) { cfg.WiringCheck = WiringCheckWarn })
	require.NoError(t, lenient.NotifyConfigSnapshot(t.Context(), unreadable))
	assert.Len(t, lenient.logs.All(), 1)
}

func snapshot(t *testing.T, pipelines string) extensioncapabilities.ConfigSnapshot {
	t.Helper()
	pipelines = strings.ReplaceAll(pipelines, "\t", "  ")
	text := receivers + "service: {extensions: [client_token_auth], pipelines: " + pipelines + "}\n"
	retrieved, err := confmap.NewRetrievedFromYAML([]byte(text))
	require.NoError(t, err)
	conf, err := retrieved.AsConf()
	require.NoError(t, err)
	return extensioncapabilities.NewConfigSnapshot(conf, nil)
}
