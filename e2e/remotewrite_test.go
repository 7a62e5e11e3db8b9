// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/proto"
)

const contentRemoteWrite = "application/x-protobuf;proto=io.prometheus.write.v2.Request"

// A till tells what it has sold and how many are waiting, and lies about who it is.
const till = `{"resourceMetrics":[{
	"resource":{"attributes":[
		{"key":"service.name","value":{"stringValue":"till"}},{"key":"token_id","value":{"stringValue":"forged"}}]},
	"scopeMetrics":[{"metrics":[
		{"name":"sales","sum":{"aggregationTemporality":2,"isMonotonic":true,
			"dataPoints":[{"asInt":"7","startTimeUnixNano":"1700000000000000000","timeUnixNano":"1700000060000000000"}]}},
		{"name":"queue","gauge":{"dataPoints":[{"asInt":"3","timeUnixNano":"1700000060000000000"}]}}]}]}]}`

// What another Collector writes as Prometheus does arrives, and as whose.
func TestRemoteWrite(t *testing.T) {
	t.Parallel()
	e := startEntrances(t, tokensFromFile)
	for i, entrance := range []string{"MIDDLEWARE_WRITE", "BOTH_WRITE"} {
		sender := freeAddresses(t, 1)[0]
		c := &collector{log: &logBuffer{}}
		c.run(t, []string{
			"SENDER=" + sender, "WRITE_URL=http://" + e.addresses[entrance] + "/api/v1/write", "CLIENT_TOKEN=" + prometheus,
		}, "--config", "testdata/sender.yaml", "--feature-gates=exporter.prometheusremotewritexporter.enableSendingRW2")
		sent := postBody(t, "http://"+sender+"/v1/metrics", http.Header{"Content-Type": {contentJSON}}, []byte(till))
		require.Equal(t, http.StatusOK, sent.status, "%s", sent.text)
		require.Len(t, e.sink.all(), i+1)
		got := e.sink.all()[i]
		assertStamped(t, got, map[string]string{
			"token_id": "prometheus", "organization_id": "acme", "environment": "production",
		})
		assert.Equal(t, "till", got.values["service.name"])
		assert.ElementsMatch(t, []string{"sales_total", "queue"}, got.metrics)
	}
}

// Each kind of token does only its own work.
func TestRemoteWriteOutcomes(t *testing.T) {
	t.Parallel()
	e := startEntrances(t, tokensFromFile)
	for _, tt := range []outcome{
		{name: "nothing", request: by(prometheus, ""), want: said{status: http.StatusNoContent}},
		{name: "unknown", request: by("nobody-knows-this-secret", ""), want: invalid},
		{name: "origin", request: by(prometheus, shopping), want: originDenied(shopping)},
		{name: "null", request: by(prometheus, "null"), want: originDenied("null")},
		{name: "web", request: by(bare, ""), want: signalDenied},
		{name: "web with metrics", request: by(meter, ""), want: signalDenied},
		{name: "mobile", request: by(app, ""), want: signalDenied},
		{name: "mobile with metrics", request: by(appMeter, ""), want: signalDenied},
	} {
		for _, entrance := range []string{"MIDDLEWARE", "BOTH"} {
			t.Run(tt.name+" "+entrance, func(t *testing.T) {
				r := tt.request.to("/api/v1/write").with("Content-Encoding", "snappy")
				tt.overHTTP(entrance).assertRemoteWrite(t, e.post(t, entrance+"_WRITE", contentRemoteWrite, r))
			})
		}
	}
	assert.Empty(t, e.sink.all())
}

// Snappy is decompressed whole in front of the middleware, so auth: goes ahead of it.
func TestRemoteWriteOfStrangers(t *testing.T) {
	t.Parallel()
	e := startEntrances(t, tokensFromFile)
	header := http.Header{"Content-Type": {contentRemoteWrite}, "Content-Encoding": {"snappy"}}
	for entrance, status := range map[string]int{"MIDDLEWARE": http.StatusBadRequest, "BOTH": http.StatusUnauthorized} {
		url := "http://" + e.addresses[entrance+"_WRITE"] + "/api/v1/write"
		assert.Equal(t, status, postBody(t, url, header.Clone(), []byte("not snappy")).status, entrance)
	}
}

// assertRemoteWrite is assertHTTP for a receiver without CORS, and without an encoding for what the Collector itself says.
func (s said) assertRemoteWrite(t *testing.T, got response) {
	t.Helper()
	assert.Equal(t, s.status, got.status)
	header := http.Header{"Content-Length": {strconv.Itoa(len(got.body))}}
	switch {
	case s.status == http.StatusNoContent:
		header = http.Header{}
		for _, what := range []string{"Samples", "Histograms", "Exemplars"} {
			header.Set("X-Prometheus-Remote-Write-"+what+"-Written", "0")
		}
		assert.Empty(t, got.body)
	case s.details == nil: // by auth:
		header.Set("Content-Type", "text/plain; charset=utf-8")
		header.Set("X-Content-Type-Options", "nosniff")
		assert.Equal(t, s.message, strings.TrimSpace(string(got.body)))
	default:
		header.Set("Content-Type", contentProtobuf)
		var st spb.Status
		require.NoError(t, proto.Unmarshal(got.body, &st))
		s.assertStatus(t, &st, "")
	}
	assert.Equal(t, header, got.header)
}
