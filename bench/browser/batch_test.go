// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
)

func TestBatches(t *testing.T) {
	for _, b := range []Batch{{1, JSON}, {30, JSON}, {512, JSON}, {30, Protobuf}} {
		t.Run(b.String(), func(t *testing.T) {
			body, bytesOfSpan, err := b.body()
			require.NoError(t, err)
			assert.InDelta(t, 1000, bytesOfSpan, 100)
			assert.Equal(t, b.Spans, decode(t, b.Encoding, body).Traces().SpanCount())
		})
	}
}

func TestBothEncodingsHoldTheSame(t *testing.T) {
	inJSON, _, err := Batch{30, JSON}.body()
	require.NoError(t, err)
	inProtobuf, _, err := Batch{30, Protobuf}.body()
	require.NoError(t, err)
	assert.Equal(t, decode(t, JSON, inJSON), decode(t, Protobuf, inProtobuf))
}

func decode(t *testing.T, encoding Encoding, body []byte) ptraceotlp.ExportRequest {
	t.Helper()
	request := ptraceotlp.NewExportRequest()
	if encoding == JSON {
		require.NoError(t, request.UnmarshalJSON(body))
	} else {
		require.NoError(t, request.UnmarshalProto(body))
	}
	return request
}
