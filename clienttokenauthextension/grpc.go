// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"context"

	"go.opentelemetry.io/collector/client"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/admission"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
)

// methods are what the methods of OTLP take (opentelemetry-proto, collector/*/*_service.proto). What is not
// among them is never passed on.
var methods = map[string]admission.Intake{
	"/opentelemetry.proto.collector.trace.v1.TraceService/Export":                  admission.Traces,
	"/opentelemetry.proto.collector.metrics.v1.MetricsService/Export":              admission.Metrics,
	"/opentelemetry.proto.collector.logs.v1.LogsService/Export":                    admission.Logs,
	"/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export": admission.Profiles,
}

// GetGRPCServerOptions puts the check in front of a receiver's gRPC server, with exact codes. By then grpc-go has received
// and decoded the message, whatever becomes of it: to refuse it earlier there is only its experimental tap, one a server,
// which blocks the connection. So an early refusal comes later than over HTTP, and spares what comes behind it. See
// extensionmiddleware.GRPCServer.
func (a *authenticator) GetGRPCServerOptions(context.Context) ([]grpc.ServerOption, error) {
	return []grpc.ServerOption{
		grpc.ChainUnaryInterceptor(a.interceptUnary),
		grpc.ChainStreamInterceptor(a.interceptStream),
	}, nil
}

func (a *authenticator) interceptUnary(
	ctx context.Context, request any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler,
) (any, error) {
	identified, no := a.identifyCall(ctx, info.FullMethod)
	if no != nil {
		return nil, no
	}
	return handle(identified, request)
}

func (a *authenticator) interceptStream(
	server any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handle grpc.StreamHandler,
) error {
	identified, no := a.identifyCall(stream.Context(), info.FullMethod)
	if no != nil {
		return no
	}
	return handle(server, &identifiedStream{stream, identified})
}

// identifiedStream has the identity in its context.
type identifiedStream struct {
	grpc.ServerStream

	ctx context.Context
}

// Context implements grpc.ServerStream.
func (s *identifiedStream) Context() context.Context { return s.ctx }

// identifyCall is identify for gRPC.
func (a *authenticator) identifyCall(ctx context.Context, method string) (context.Context, refused) {
	to := target{methods, method}
	if id, ok := client.FromContext(ctx).Auth.(*identity.Identity); ok && id.IssuedBy(a) {
		return ctx, a.recheck(id, to)
	}
	sources, _ := metadata.FromIncomingContext(ctx)
	id, no := a.enter(a.checker.Check(sources, ""), to)
	if no != nil {
		return nil, no
	}
	return a.withIdentity(ctx, sources, id), nil
}
