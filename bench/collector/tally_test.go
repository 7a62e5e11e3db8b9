// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package collector

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	requests = "otelcol_extension_client_token_auth_requests"
	metrics  = `# TYPE otelcol_receiver_accepted_spans counter
otelcol_receiver_accepted_spans{receiver="otlp",transport="http"} 3e+06
otelcol_extension_client_token_auth_requests{extension="client_token_auth",outcome="accepted"} 7
otelcol_extension_client_token_auth_requests{extension="client_token_auth",outcome="missing"} 1
otelcol_extension_client_token_auth_requests_other{extension="client_token_auth",outcome="missing"} 1
`
)

func TestTally(t *testing.T) {
	counters, err := readCounters(strings.NewReader(metrics))
	require.NoError(t, err)
	now := Tally{3 * time.Second, counters}
	assert.Equal(t, 3_000_000, now.Sum("otelcol_receiver_accepted_spans"))
	assert.Equal(t, 8, now.Sum(requests))
	assert.Equal(t, 7, now.Sum(requests, `outcome="accepted"`, `extension="client_token_auth"`))
	assert.Zero(t, now.Sum(requests, `outcome="accepted"`, `extension="other"`))

	before, err := readCounters(strings.NewReader(strings.ReplaceAll(metrics, "} 7", "} 3")))
	require.NoError(t, err)
	since := now.minus(Tally{time.Second, before})
	assert.Equal(t, 2*time.Second, since.CPU)
	assert.Equal(t, 4, since.Sum(requests))
	assert.Equal(t, 8, now.minus(Tally{}).Sum(requests), "what did not count before")
}
