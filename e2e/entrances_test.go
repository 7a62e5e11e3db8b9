// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
)

// entrances are a Collector with every way in that there is, by name.
type entrances struct {
	*collector
	addresses map[string]string
}

// The entrances of testdata/outcomes.yaml: three by which client tokens come in, and three for others.
var (
	byToken  = []string{"MIDDLEWARE", "AUTH", "BOTH"}
	byOthers = []string{"OPEN", "TENANT", "STRANGER"}
)

// tokensFromFile is the usual addition to testdata/outcomes.yaml.
const tokensFromFile = "extensions: {client_token_auth: {registry: {file: {path: testdata/tokens.yaml}}}}\n"

// startEntrances runs a Collector as testdata/outcomes.yaml says, and another file in addition.
func startEntrances(t *testing.T, addition string) *entrances {
	t.Helper()
	own := filepath.Join(t.TempDir(), "own.yaml")
	require.NoError(t, os.WriteFile(own, []byte(addition), 0o600))
	names := []string{"METRICS", "MIDDLEWARE_WRITE", "BOTH_WRITE"}
	for _, name := range append(byToken, byOthers...) {
		names = append(names, name+"_HTTP", name+"_GRPC")
	}
	e := &entrances{&collector{log: &logBuffer{}, sink: newSink(t)}, map[string]string{}}
	environment := []string{"SINK=" + e.sink.url}
	for i, address := range freeAddresses(t, len(names)) {
		e.addresses[names[i]] = address
		environment = append(environment, names[i]+"="+address)
	}
	_, metricsPort, err := net.SplitHostPort(e.addresses["METRICS"])
	require.NoError(t, err)
	e.metricsURL = "http://" + e.addresses["METRICS"] + "/metrics"
	e.run(t, append(environment, "METRICS_PORT="+metricsPort), "--config", "testdata/outcomes.yaml", "--config", own)
	return e
}

// request is what is sent over HTTP and over gRPC.
type request struct {
	header http.Header // but for what the protocol needs
	path   string      // and over gRPC the method that goes with it; none: of traces
	spans  int         // in traces
}

// by returns a request with a token and, if not empty, an origin.
func by(secret, origin string) request {
	r := request{http.Header{}, "/v1/traces", 1}
	if secret != "" {
		r.header.Set("X-Client-Token", secret)
	}
	if origin != "" {
		r.header.Set("Origin", origin)
	}
	return r
}

func (r request) to(path string) request {
	r.path = path
	return r
}

func (r request) of(spans int) request {
	r.spans = spans
	return r
}

func (r request) with(key, value string) request {
	r.header = r.header.Clone()
	r.header.Set(key, value)
	return r
}

// response is an answer as it comes.
type response struct {
	status int
	header http.Header // but Date
	body   []byte
}

func (e *entrances) post(t *testing.T, entrance, contentType string, r request) response {
	t.Helper()
	body := r.body(t, contentType)
	sent, err := http.NewRequestWithContext(t.Context(), http.MethodPost,
		"http://"+e.addresses[entrance]+r.path, bytes.NewReader(body))
	require.NoError(t, err)
	sent.Header = r.header.Clone()
	sent.Header.Set("Content-Type", contentType)
	got, err := http.DefaultClient.Do(sent)
	require.NoError(t, err)
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	require.NoError(t, err)
	got.Header.Del("Date")
	return response{got.StatusCode, got.Header, text}
}

// body is empty but for traces.
func (r request) body(t *testing.T, contentType string) []byte {
	t.Helper()
	switch {
	case r.path != "/v1/traces":
		return map[string][]byte{contentJSON: []byte("{}"), contentRemoteWrite: {0}}[contentType] // this one in snappy
	case contentType == contentJSON:
		return spansJSON(t, r.spans)
	default:
		return spansProtobuf(t, r.spans)
	}
}

func (e *entrances) call(t *testing.T, entrance string, r request) error {
	t.Helper()
	connection, err := grpc.NewClient(e.addresses[entrance], grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	defer connection.Close()
	ctx := t.Context()
	for key, values := range r.header {
		for _, value := range values {
			ctx = metadata.AppendToOutgoingContext(ctx, key, value)
		}
	}
	return r.invoke(ctx, connection)
}

func (r request) invoke(ctx context.Context, connection *grpc.ClientConn) error {
	var err error
	switch r.path {
	case "/v1/traces":
		_, err = ptraceotlp.NewGRPCClient(connection).Export(ctx, ptraceotlp.NewExportRequestFromTraces(traces(r.spans)))
	case "/v1/metrics":
		_, err = pmetricotlp.NewGRPCClient(connection).Export(ctx, pmetricotlp.NewExportRequest())
	default: // what this Collector doesn't receive
		_, err = plogotlp.NewGRPCClient(connection).Export(ctx, plogotlp.NewExportRequest())
	}
	return err
}
