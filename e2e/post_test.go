// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
)

const (
	contentJSON     = "application/json"
	contentProtobuf = "application/x-protobuf"
)

// answer is what the Collector says to a post.
type answer struct {
	status int
	header http.Header
	body   struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
		Details []struct {
			Type     string            `json:"@type"`
			Reason   string            `json:"reason"`
			Domain   string            `json:"domain"`
			Metadata map[string]string `json:"metadata"`
		} `json:"details"`
	}
	text string
}

func (a answer) reason() string {
	for _, d := range a.body.Details {
		if d.Reason != "" {
			return d.Reason
		}
	}
	return ""
}

func (a answer) scope() string {
	for _, d := range a.body.Details {
		if d.Reason != "" {
			return d.Metadata["scope"]
		}
	}
	return ""
}

// post sends n spans as JSON with a token and, if not empty, an origin.
func post(t *testing.T, base, secret, origin string, n int) answer {
	t.Helper()
	header := http.Header{"Content-Type": {contentJSON}}
	if secret != "" {
		header.Set("X-Client-Token", secret)
	}
	if origin != "" {
		header.Set("Origin", origin)
	}
	return postBody(t, base+"/v1/traces", header, spansJSON(t, n))
}

func postBody(t *testing.T, url string, header http.Header, body []byte) answer {
	t.Helper()
	a, err := postThrough(t.Context(), http.DefaultClient, url, header, body)
	require.NoError(t, err, "%s", a.text)
	return a
}

func postThrough(ctx context.Context, client *http.Client, url string, header http.Header, body []byte) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	request.Header = header
	response, err := client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	a := answer{status: response.StatusCode, header: response.Header, text: string(text)}
	if err == nil && response.Header.Get("Content-Type") == contentJSON {
		err = json.Unmarshal(text, &a.body)
	}
	return a, err
}

// traces returns n spans of one resource.
func traces(n int) ptrace.Traces {
	td := ptrace.NewTraces()
	resource := td.ResourceSpans().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "e2e")
	spans := resource.ScopeSpans().AppendEmpty().Spans()
	for i := range n {
		span := spans.AppendEmpty()
		span.SetName("span")
		span.SetTraceID([16]byte{1})
		span.SetSpanID([8]byte{byte(i), byte(i >> 8), 1})
	}
	return td
}

func spansJSON(t *testing.T, n int) []byte {
	t.Helper()
	body, err := ptraceotlp.NewExportRequestFromTraces(traces(n)).MarshalJSON()
	require.NoError(t, err)
	return body
}

func spansProtobuf(t *testing.T, n int) []byte {
	t.Helper()
	body, err := ptraceotlp.NewExportRequestFromTraces(traces(n)).MarshalProto()
	require.NoError(t, err)
	return body
}

func zipped(t *testing.T, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(body)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}
