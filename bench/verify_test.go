// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestVerify(t *testing.T) {
	b := &bench{settings: settings{connections: 16}}
	p := post{payload: payload{spans: 30}}
	without, with := comparisons["parts"][0], comparisons["parts"][1]
	for _, test := range []struct {
		name  string
		v     variant
		done  loadReport
		spent tally
		want  string // in the error; empty = none
	}{
		{"without", without, loadReport{Requests: 100}, tally{receivedSpans: 3000}, ""},
		{"with", with, loadReport{Requests: 100}, tally{0, 3000, 100, 3000}, ""},
		{"in flight at the end", with, loadReport{Requests: 100}, tally{0, 3480, 116, 3480}, ""},
		{"too many in flight", without, loadReport{Requests: 100}, tally{receivedSpans: 3510}, "117 requests"},
		{"fewer than answered", without, loadReport{Requests: 100}, tally{receivedSpans: 2970}, "99 requests"},
		{"refusals", with, loadReport{Requests: 100, Status: 1}, tally{0, 3000, 100, 3000}, "1 answers with a status"},
		{"nothing", without, loadReport{}, tally{}, "not one"},
		{"limiter left out", with, loadReport{Requests: 100}, tally{0, 3000, 100, 0}, "span_rate_limit admitted 0"},
		{"check left out", with, loadReport{Requests: 100}, tally{0, 3000, 0, 3000}, "client_token_auth accepted 0"},
		{"check in the wrong one", without, loadReport{Requests: 100}, tally{0, 3000, 100, 0}, "should be without"},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := b.verify(test.v, p, test.done, test.spent)
			if test.want == "" {
				assert.NoError(t, err)
			} else {
				assert.ErrorContains(t, err, test.want)
			}
		})
	}
}

func TestReadCounts(t *testing.T) {
	const metrics = `# TYPE otelcol_receiver_accepted_spans counter
otelcol_receiver_accepted_spans{receiver="otlp",transport="http"} 3e+06
otelcol_extension_client_token_auth_requests{extension="client_token_auth",outcome="accepted"} 7
otelcol_extension_client_token_auth_requests{extension="client_token_auth",outcome="missing"} 1
otelcol_processor_span_rate_limit_spans{decision="admitted",scope="none"} 30
otelcol_processor_span_rate_limit_spans{decision="refused",scope="token"} 5
`
	counts, err := readCounts(strings.NewReader(metrics))
	require.NoError(t, err)
	assert.Equal(t, tally{receivedSpans: 3_000_000, checkedRequests: 7, admittedSpans: 30}, counts)
}

func TestReadReport(t *testing.T) {
	r, err := readReport([]byte("Running 2s test\n  1 threads\n" + `{"requests":12,"micros":2000000,"status":3}` + "\n"))
	require.NoError(t, err)
	assert.Equal(t, loadReport{Requests: 12, Micros: 2_000_000, Status: 3}, r)

	_, err = readReport([]byte("unable to connect"))
	assert.ErrorContains(t, err, "unable to connect")
}
