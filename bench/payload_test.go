// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
)

func TestPayloads(t *testing.T) {
	for _, p := range standard {
		t.Run(post{payload: p}.String(), func(t *testing.T) {
			body, bytesOfSpan, err := p.body()
			require.NoError(t, err)
			assert.InDelta(t, 1000, bytesOfSpan, 100)
			assert.Equal(t, p.spans, decode(t, p.encoding, body).Traces().SpanCount())
		})
	}
}

func TestBothEncodingsHoldTheSame(t *testing.T) {
	inJSON, _, err := payload{30, asJSON}.body()
	require.NoError(t, err)
	inProtobuf, _, err := payload{30, asProtobuf}.body()
	require.NoError(t, err)
	assert.Equal(t, decode(t, asJSON, inJSON), decode(t, asProtobuf, inProtobuf))
}

func decode(t *testing.T, encoding encodingName, body []byte) ptraceotlp.ExportRequest {
	t.Helper()
	request := ptraceotlp.NewExportRequest()
	if encoding == asJSON {
		require.NoError(t, request.UnmarshalJSON(body))
	} else {
		require.NoError(t, request.UnmarshalProto(body))
	}
	return request
}
