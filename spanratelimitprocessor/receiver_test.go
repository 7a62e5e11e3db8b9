// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/extension/extensionauth"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
	"go.opentelemetry.io/collector/receiver/receivertest"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/freeport"
)

// guard is a host with one authenticator, which believes the header Sender to name one of the senders.
type guard struct {
	component.StartFunc
	component.ShutdownFunc
	senders map[string]client.AuthData
}

var (
	guardID                      = component.MustNewID("guard")
	_       extensionauth.Server = guard{}
)

func (g guard) GetExtensions() map[component.ID]component.Component {
	return map[component.ID]component.Component{guardID: g}
}

func (g guard) Authenticate(ctx context.Context, sources map[string][]string) (context.Context, error) {
	name := append(append(sources["sender"], sources["Sender"]...), "")[0]
	info := client.FromContext(ctx)
	info.Auth = g.senders[name]
	return client.NewContext(ctx, info), nil
}

// receiver is a real OTLP receiver in front of the processor.
type receiver struct {
	http, grpc string
}

func newReceiver(t *testing.T, senders map[string]client.AuthData, next consumer.Traces) receiver {
	t.Helper()
	addresses, err := freeport.Addresses(2)
	require.NoError(t, err)
	r := receiver{http: addresses[0], grpc: addresses[1]}
	factory := otlpreceiver.NewFactory()
	cfg := factory.CreateDefaultConfig()
	auth := map[string]any{"authenticator": "guard"}
	require.NoError(t, confmap.NewFromStringMap(map[string]any{"protocols": map[string]any{
		"http": map[string]any{"endpoint": r.http, "auth": auth},
		"grpc": map[string]any{"endpoint": r.grpc, "auth": auth},
	}}).Unmarshal(cfg))
	otlp, err := factory.CreateTraces(t.Context(), receivertest.NewNopSettings(factory.Type()), cfg, next)
	require.NoError(t, err)
	require.NoError(t, otlp.Start(t.Context(), guard{senders: senders}))
	t.Cleanup(func() { require.NoError(t, otlp.Shutdown(context.WithoutCancel(t.Context()))) })
	return r
}

// reply is what a sender over HTTP sees.
type reply struct {
	status     int
	retryAfter string
	answer     answerOf
}

// post sends spans as protobuf or JSON and reads a refusal in the same.
func (r receiver) post(t *testing.T, sender, contentType string, spans int) reply {
	t.Helper()
	export := ptraceotlp.NewExportRequestFromTraces(traces(spans))
	marshal, unmarshal := export.MarshalProto, proto.Unmarshal
	if contentType == "application/json" {
		marshal, unmarshal = export.MarshalJSON, protojson.Unmarshal
	}
	body, err := marshal()
	require.NoError(t, err)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+r.http+"/v1/traces",
		bytes.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("Sender", sender)
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err = io.ReadAll(response.Body)
	require.NoError(t, err)
	got := reply{status: response.StatusCode, retryAfter: response.Header.Get("Retry-After")}
	if got.status != http.StatusOK {
		var st spb.Status
		require.NoError(t, unmarshal(body, &st), "%q", body)
		got.answer = parse(t, status.ErrorProto(&st))
	}
	return got
}

func (r receiver) export(t *testing.T, sender string, spans int) answerOf {
	t.Helper()
	connection, err := grpc.NewClient(r.grpc, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	defer connection.Close()
	ctx := metadata.AppendToOutgoingContext(t.Context(), "sender", sender)
	_, err = ptraceotlp.NewGRPCClient(connection).Export(ctx, ptraceotlp.NewExportRequestFromTraces(traces(spans)))
	return parse(t, err)
}

// The table of the design: what each refusal looks like to a sender over each protocol.
func TestReceiver(t *testing.T) {
	senders := map[string]client.AuthData{
		"token":        shop(10, 100).with("token_id", "t-full"),
		"organization": shop(100, 10).with("organization_id", "full"),
		"small":        shop(4, 100),
		"stopped":      shop(0, 100),
		"homeless":     sender{"token_id": "t-web"},
		"tokenless":    sender{"organization_id": "cafe"},
		"unreadable":   shop(-1, 100),
	}
	factory, inside := newOpenFactory()
	cfg := defaults(same)
	p := newPipeline(t, factory, cfg, consumertest.NewNop())
	inside.limiters[cfg].jitter = func() float64 { return 0 }
	r := newReceiver(t, senders, p)
	require.Equal(t, codes.OK, r.export(t, "token", 10).code)
	require.Equal(t, codes.OK, r.export(t, "organization", 10).code)

	for _, tt := range []struct {
		sender         string
		status         int
		code           codes.Code
		reason, scope  string
		limit, message string
	}{
		{
			"token", 429, codes.ResourceExhausted, "RATE_LIMITED", "token", "10",
			"the token limit of 10 spans per minute is used up: retry after %d s",
		},
		{
			"organization", 429, codes.ResourceExhausted, "RATE_LIMITED", "organization", "10",
			"the organization limit of 10 spans per minute is used up: retry after %d s",
		},
		{
			"small", 400, codes.InvalidArgument, "BATCH_EXCEEDS_LIMIT", "token", "4",
			"a batch of 5 spans can never pass the token limit of 4 spans per minute: set maxExportBatchSize to at most 4",
		},
		{
			"stopped", 403, codes.PermissionDenied, "LIMIT_ZERO", "token", "0",
			"the token limit is 0 spans per minute: nothing is admitted until it is raised",
		},
		{"homeless", 401, codes.Unauthenticated, "IDENTITY_MISSING", "", "", errNoOrganization.Error()},
		{"stranger", 401, codes.Unauthenticated, "IDENTITY_MISSING", "", "", errNoAuth.Error()},
		{"unreadable", 401, codes.Unauthenticated, "IDENTITY_MISSING", "", "", tokenLimitUnreadable},
		{"tokenless", 200, codes.OK, "", "", "", ""},
	} {
		check := func(t *testing.T, got answerOf) {
			t.Helper()
			want := tt.message
			if tt.status == 429 {
				assert.InDelta(t, 55, got.retry, 5, "the window was filled seconds ago at the most")
				want = fmt.Sprintf(tt.message, got.retry)
			} else {
				assert.Zero(t, got.retry)
			}
			assert.Equal(t, want, got.message)
			assert.Equal(t, tt.reason, got.reason)
			assert.Equal(t, tt.scope, got.metadata["scope"])
			assert.Equal(t, tt.limit, got.metadata["limit"])
		}
		for _, contentType := range []string{"application/json", "application/x-protobuf"} {
			t.Run(tt.sender+" "+contentType, func(t *testing.T) {
				got := r.post(t, tt.sender, contentType, 5)
				assert.Equal(t, tt.status, got.status)
				check(t, got.answer)
				retryAfter := ""
				if tt.status == 429 {
					retryAfter = fmt.Sprint(got.answer.retry)
				}
				assert.Equal(t, retryAfter, got.retryAfter)
			})
		}
		t.Run(tt.sender+" gRPC", func(t *testing.T) {
			got := r.export(t, tt.sender, 5)
			assert.Equal(t, tt.code.String(), got.code.String())
			check(t, got)
		})
	}
}

func TestReceiverUnknown(t *testing.T) {
	factory, inside := newOpenFactory()
	cfg := defaults(same)
	p := newPipeline(t, factory, cfg, consumertest.NewNop())
	inside.limiters[cfg].windows = unreachable{}
	inside.limiters[cfg].jitter = func() float64 { return 0.5 }
	r := newReceiver(t, map[string]client.AuthData{"token": shop(10, 100)}, p)
	want := answerOf{
		code: codes.Unavailable, reason: "LIMITER_UNAVAILABLE", retry: 2,
		message: "the limits can't be looked up at the moment: retry after 2 s",
	}
	assert.Equal(t, want, r.export(t, "token", 5))
	for _, contentType := range []string{"application/json", "application/x-protobuf"} {
		got := r.post(t, "token", contentType, 5)
		assert.Equal(t, reply{status: http.StatusServiceUnavailable, retryAfter: "2", answer: want}, got)
	}
}
