// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
)

const (
	exportTraces  = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
	exportMetrics = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"
)

// call is a call over gRPC with the metadata, in lower case as grpc-go has them.
func call(t *testing.T, pairs ...string) context.Context {
	t.Helper()
	return metadata.NewIncomingContext(t.Context(), metadata.Pairs(pairs...))
}

// unary and stream send a call through the interceptors, and return as whom it was passed on.
func (f *fixture) unary(ctx context.Context, method string) (passed *identity.Identity, err error) {
	_, err = f.interceptUnary(ctx, nil, &grpc.UnaryServerInfo{FullMethod: method},
		func(ctx context.Context, _ any) (any, error) {
			passed, _ = client.FromContext(ctx).Auth.(*identity.Identity)
			return nil, nil
		})
	return passed, err
}

func (f *fixture) stream(ctx context.Context, method string) (passed *identity.Identity, err error) {
	err = f.interceptStream(nil, &identifiedStream{ctx: ctx}, &grpc.StreamServerInfo{FullMethod: method},
		func(_ any, s grpc.ServerStream) error {
			passed, _ = client.FromContext(s.Context()).Auth.(*identity.Identity)
			return nil
		})
	return passed, err
}

func TestGRPCMiddleware(t *testing.T) {
	tests := []struct {
		name    string
		pairs   []string
		method  string
		outcome string
		code    codes.Code
		reason  string
	}{
		{"fine", []string{"x-client-token", secretOf("shop-web"), "origin", shop}, exportTraces, "accepted", codes.OK, ""},
		{"bearer", []string{"authorization", "Bearer " + secretOf("any-app")}, exportTraces, "accepted", codes.OK, ""},
		{"missing", nil, exportTraces, "missing", codes.Unauthenticated, "TOKEN_MISSING"},
		{
			"two",
			[]string{"x-client-token", one, "x-client-token", two},
			exportTraces,
			"ambiguous", codes.Unauthenticated, "TOKEN_AMBIGUOUS",
		},
		{"unknown", []string{"x-client-token", one}, exportTraces, "unknown", codes.Unauthenticated, "TOKEN_INVALID"},
		{
			"web token without origin",
			[]string{"x-client-token", secretOf("shop-web")},
			exportTraces,
			"origin_missing", codes.PermissionDenied, "ORIGIN_NOT_ALLOWED",
		},
		{
			"another signal",
			[]string{"x-client-token", secretOf("any-app")},
			exportMetrics,
			"signal_denied", codes.PermissionDenied, "SIGNAL_NOT_ALLOWED",
		},
		{"metrics", []string{"x-client-token", secretOf("meter")}, exportMetrics, "accepted", codes.OK, ""},
		{
			"metrics, but not as Prometheus writes them",
			[]string{"x-client-token", secretOf("prometheus")},
			exportMetrics,
			"signal_denied", codes.PermissionDenied, "SIGNAL_NOT_ALLOWED",
		},
		{
			"another method",
			[]string{"x-client-token", secretOf("any-app")},
			"/grpc.health.v1.Health/Check",
			"path_unknown", codes.Unimplemented, "PATH_UNKNOWN",
		},
		{"another method, and no token", nil, "/grpc.health.v1.Health/Check", "missing", codes.Unauthenticated, "TOKEN_MISSING"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t)
			for _, send := range []func(context.Context, string) (*identity.Identity, error){f.unary, f.stream} {
				passed, err := send(call(t, tt.pairs...), tt.method)
				assert.Equal(t, tt.code, status.Code(err))
				assert.Equal(t, tt.code == codes.OK, passed != nil)
				if tt.reason != "" {
					info, ok := status.Convert(err).Details()[0].(*errdetails.ErrorInfo)
					require.True(t, ok)
					assert.Equal(t, tt.reason, info.GetReason())
				}
			}
			assert.Equal(t, map[string]int64{tt.outcome: 2}, f.counted(t))
		})
	}
}

// Behind auth: the token is checked once, and counted once; what auth: can't see is checked here.
func TestGRPCMiddlewareBehindAuth(t *testing.T) {
	f := newFixture(t)
	sources := map[string][]string{"x-client-token": {secretOf("any-app")}}
	ctx, err := f.Authenticate(t.Context(), sources)
	require.NoError(t, err)
	passed, err := f.unary(ctx, exportTraces)
	require.NoError(t, err)
	assert.True(t, passed.IssuedBy(f.authenticator))
	assert.Equal(t, map[string]int64{"accepted": 1}, f.counted(t))
	_, err = f.unary(ctx, exportMetrics)
	assert.Equal(t, codes.PermissionDenied, status.Code(err))
	assert.Equal(t, map[string]int64{"accepted": 1, "signal_denied": 1}, f.counted(t))
}

// Whoever else vouches for a sender says nothing about its token.
func TestGRPCMiddlewareBehindAnother(t *testing.T) {
	f, other := newFixture(t), newFixture(t)
	ctx, err := other.Authenticate(t.Context(), map[string][]string{"x-client-token": {secretOf("any-app")}})
	require.NoError(t, err)
	passed, err := f.unary(ctx, exportTraces)
	assert.Equal(t, codes.Unauthenticated, status.Code(err))
	assert.Nil(t, passed)
}

func TestGRPCServerOptions(t *testing.T) {
	f := newFixture(t)
	options, err := f.GetGRPCServerOptions(t.Context())
	require.NoError(t, err)
	assert.Len(t, options, 2, "for unary calls and for streams")
}
