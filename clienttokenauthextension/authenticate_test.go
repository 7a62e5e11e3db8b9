// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"
	"go.uber.org/zap"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenauthextension/internal/metadatatest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/admission"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
)

// refusals are requests for every outcome that Authenticate can refuse with, and what it says.
var refusals = []struct {
	outcome string
	headers http.Header
	code    codes.Code
	reason  string
	message string
}{
	{
		"missing", headers(), codes.Unauthenticated, "TOKEN_MISSING",
		"no client token: send it in the header X-Client-Token",
	},
	{
		"ambiguous", headers("X-Client-Token", one, "X-Last9-Api-Token", two), codes.Unauthenticated, "TOKEN_AMBIGUOUS",
		"several different client tokens: send one",
	},
	{"unknown", from("nobody", shop), codes.Unauthenticated, "TOKEN_INVALID", "the client token is not valid"},
	{"disabled", from("switched-off", shop), codes.Unauthenticated, "TOKEN_INVALID", "the client token is not valid"},
	{"expired", from("ending", shop), codes.Unauthenticated, "TOKEN_INVALID", "the client token is not valid"},
	{
		"origin_missing", from("shop-web", ""), codes.PermissionDenied, "ORIGIN_NOT_ALLOWED",
		"the request has no Origin, and this client token is bound to origins",
	},
	{
		"origin_malformed", from("shop-web", shop+"/<script>"), codes.PermissionDenied, "ORIGIN_NOT_ALLOWED",
		"the Origin of the request is malformed",
	},
	{
		"origin_denied", from("shop-web", evil), codes.PermissionDenied, "ORIGIN_NOT_ALLOWED",
		"the origin is not allowed for this client token: https://evil.example",
	},
	{
		"origin_denied", from("shop-web", "null"), codes.PermissionDenied, "ORIGIN_NOT_ALLOWED",
		"the origin is not allowed for this client token: null",
	},
}

// afterEnd is when the token "ending" has ended.
var afterEnd = time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC)

func TestAuthenticateRefuses(t *testing.T) {
	for _, tt := range refusals {
		t.Run(tt.outcome+" "+tt.headers.Get("Origin"), func(t *testing.T) {
			f := newFixture(t)
			f.clock.set(afterEnd)
			f.logs.TakeAll()
			before := client.NewContext(t.Context(), client.Info{Addr: &net.TCPAddr{Port: 1}})
			ctx, err := f.Authenticate(before, tt.headers)
			require.EqualError(t, err, tt.message)
			assert.Equal(t, before, ctx)

			st, ok := status.FromError(err)
			require.True(t, ok)
			assert.Equal(t, tt.code, st.Code())
			assert.Equal(t, tt.message, st.Message())
			require.Len(t, st.Details(), 1)
			info := st.Details()[0].(*errdetails.ErrorInfo)
			assert.Equal(t, tt.reason, info.GetReason())
			assert.Equal(t, "clienttokens", info.GetDomain())
			assert.Empty(t, info.GetMetadata())
			assert.Equal(t, map[string]int64{tt.outcome: 1}, f.counted(t))
			assert.Empty(t, f.logs.All(), "one line per request is a flood")
		})
	}
}

func TestOnlyHarmlessOriginsAreNamed(t *testing.T) {
	all, err := newAnswers("")
	require.NoError(t, err)
	denied := all[admission.OriginDenied]
	assert.Equal(t, denied.Message+": http://[::1]:3000", denied.text("http://[::1]:3000"))
	harmful := []string{"", "https://a\"b", "https://a\\b", "<script>", "https://a\n", "https://é.example", "a b"}
	for _, origin := range harmful {
		assert.Equal(t, denied.Message, denied.text(origin), origin)
	}
}

func TestMissingNamesAPlaceThatIsLookedAt(t *testing.T) {
	f := newFixture(t, func(cfg *Config) { cfg.Headers = []string{"Authorization"} })
	_, err := f.Authenticate(t.Context(), headers("X-Client-Token", secretOf("shop-web")))
	assert.EqualError(t, err, "no client token: send it in the header Authorization, after Bearer")
}

func TestAuthenticatePublishes(t *testing.T) {
	tests := []struct {
		name    string
		headers http.Header
		want    map[string]any
	}{
		{"everything", from("shop-web", shop), map[string]any{
			"token_id": "shop-web", "token_name": "Production shop", "token_kind": "web", "environment": "production",
			"organization_id": "acme", "origin": shop,
			"token_spans_per_minute": int64(6000), "organization_spans_per_minute": int64(60000),
		}},
		{"no limits, name, environment or origin", from("any-web", ""), map[string]any{
			"token_id": "any-web", "token_kind": "web", "organization_id": "free",
		}},
		{"limit 0 is a limit", from("blocked", ""), map[string]any{
			"token_id": "blocked", "token_kind": "mobile", "organization_id": "free", "token_spans_per_minute": int64(0),
		}},
		{"origin in canonical form", from("any-web", "HTTP://EVIL.example:80"), map[string]any{
			"token_id": "any-web", "token_kind": "web", "organization_id": "free", "origin": "http://evil.example",
		}},
		{"gRPC metadata", map[string][]string{"authorization": {"Bearer test-secret-prometheus"}}, map[string]any{
			"token_id": "prometheus", "token_kind": "remote_write", "organization_id": "acme",
			"organization_spans_per_minute": int64(60000),
		}},
	}
	f := newFixture(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, err := f.Authenticate(t.Context(), tt.headers)
			require.NoError(t, err)
			assert.Equal(t, tt.want, attributesOf(client.FromContext(ctx).Auth))
		})
	}
}

func TestAuthenticateKeepsTheClient(t *testing.T) {
	f := newFixture(t)
	address := &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 4318}
	before := client.NewContext(t.Context(), client.Info{
		Addr: address, Metadata: client.NewMetadata(map[string][]string{"tenant": {"a", "b"}}), Auth: foreignAuth{},
	})
	ctx, err := f.Authenticate(before, from("shop-web", shop))
	require.NoError(t, err)
	info := client.FromContext(ctx)
	assert.Same(t, address, info.Addr)
	assert.Equal(t, []string{"a", "b"}, info.Metadata.Get("tenant"))
	assert.True(t, info.Auth.(*identity.Identity).IssuedBy(f.authenticator))
	assert.Equal(t, foreignAuth{}, client.FromContext(before).Auth)
}

func TestAuthenticateLeavesTheSourcesAlone(t *testing.T) {
	f := newFixture(t)
	sent := from("shop-web", shop)
	_, err := f.Authenticate(t.Context(), sent)
	require.NoError(t, err)
	assert.Equal(t, from("shop-web", shop), sent) // over HTTP they are the request's own headers
}

func TestBeforeStartNobodyComesIn(t *testing.T) {
	f := newStoppedFixture(t, zap.NewNop())
	_, err := f.Authenticate(t.Context(), from("shop-web", shop))
	assert.EqualError(t, err, "the registry of client tokens is away: try again later")
}

func TestRequestsAreCounted(t *testing.T) {
	f := newFixture(t)
	for range 3 {
		_, _ = f.Authenticate(t.Context(), from("shop-web", shop))
	}
	_, _ = f.Authenticate(t.Context(), from("shop-web", evil))
	count := func(outcome string, n int64) metricdata.DataPoint[int64] {
		return metricdata.DataPoint[int64]{Value: n, Attributes: attribute.NewSet(
			attribute.String("extension", "client_token_auth"), attribute.String("outcome", outcome))}
	}
	metadatatest.AssertEqualExtensionClientTokenAuthRequests(t, f.telemetry,
		[]metricdata.DataPoint[int64]{count("accepted", 3), count("origin_denied", 1)},
		metricdatatest.IgnoreTimestamp())
}

func attributesOf(auth client.AuthData) map[string]any {
	attributes := map[string]any{}
	for _, name := range auth.GetAttributeNames() {
		attributes[name] = auth.GetAttribute(name)
	}
	return attributes
}

// foreignAuth is what another authenticator has put into the context. It claims to be a token of ours.
type foreignAuth struct{}

func (foreignAuth) GetAttribute(string) any     { return "shop-web" }
func (foreignAuth) GetAttributeNames() []string { return []string{identity.TokenID} }
