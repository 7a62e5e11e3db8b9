// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

const meter = "secret-of-the-meter-token"

// Behind the gRPC middleware a receiver can feed other pipelines than traces.
func TestSignalsOverGRPC(t *testing.T) {
	t.Parallel()
	c := startCollector(t)
	connection, err := grpc.NewClient(c.grpcMiddleware, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	defer connection.Close()
	ctx := func(secret string) context.Context {
		return metadata.AppendToOutgoingContext(t.Context(), "x-client-token", secret)
	}
	metrics := pmetricotlp.NewGRPCClient(connection)
	_, err = metrics.Export(ctx(meter), pmetricotlp.NewExportRequest())
	require.NoError(t, err)
	_, err = metrics.Export(ctx(bare), pmetricotlp.NewExportRequest())
	assertRefused(t, err, codes.PermissionDenied, "SIGNAL_NOT_ALLOWED")
	_, err = ptraceotlp.NewGRPCClient(connection).Export(ctx(meter), ptraceotlp.NewExportRequest())
	assertRefused(t, err, codes.PermissionDenied, "SIGNAL_NOT_ALLOWED")
	_, err = plogotlp.NewGRPCClient(connection).Export(ctx(bare), plogotlp.NewExportRequest())
	assert.Equal(t, codes.Unimplemented, status.Code(err), "no pipeline takes logs")
	err = connection.Invoke(ctx(bare), "/grpc.health.v1.Health/Check", &spb.Status{}, &spb.Status{})
	assert.Equal(t, codes.Unimplemented, status.Code(err))
}

func assertRefused(t *testing.T, err error, code codes.Code, reason string) {
	t.Helper()
	st := status.Convert(err)
	assert.Equal(t, code, st.Code(), "%v", err)
	require.NotEmpty(t, st.Details())
	assert.Equal(t, reason, st.Details()[0].(*errdetails.ErrorInfo).GetReason())
}

// A token writes only its signals, also where auth: alone can't see what a request writes.
func TestSignalsOfAToken(t *testing.T) {
	t.Parallel()
	c := startCollector(t)
	for _, base := range []string{c.middleware, c.auth, c.both} {
		a := post(t, base, meter, "", 1)
		assert.Equal(t, http.StatusForbidden, a.status)
		assert.Equal(t, "SIGNAL_NOT_ALLOWED", a.reason())
	}
	header := http.Header{"Content-Type": {contentJSON}, "X-Client-Token": {bare}}
	a := postBody(t, c.middleware+"/v1/metrics", header, []byte(`{}`))
	assert.Equal(t, http.StatusForbidden, a.status)
	assert.Equal(t, "SIGNAL_NOT_ALLOWED", a.reason())
	assert.Zero(t, c.sink.spans())
}
