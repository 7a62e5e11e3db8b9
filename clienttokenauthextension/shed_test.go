// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenauthextension/internal/metadatatest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/refusal"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// flooded is an extension to which a limiter reports.
type flooded struct {
	*fixture
	limiter *identity.Limiter
}

func newFlooded(t *testing.T) *flooded {
	t.Helper()
	f := newFixture(t, usingFile("testdata/floods.yaml"))
	f.jitter = func() float64 { return 0 }
	return &flooded{f, new(identity.Limiter)}
}

func (f *flooded) standing(t *testing.T, id string) identity.Standing {
	t.Helper()
	grant, known := f.registry.Lookup(token.DigestOf(secretOf(id)))
	require.True(t, known)
	return grant.Holder.Standing()
}

// used reports that the page's and its organization's limits are used up for a while, by a batch of 30.
func (f *flooded) used(t *testing.T, tokenLasts, organizationLasts time.Duration) {
	t.Helper()
	f.standing(t, "page").Refused(f.limiter, 30,
		f.exhaustion(window.Token, 100, tokenLasts), f.exhaustion(window.Organization, 150, organizationLasts))
}

func (f *flooded) exhaustion(scope window.Scope, limit window.Limit, lasts time.Duration) identity.Exhaustion {
	if lasts == 0 {
		return identity.Exhaustion{}
	}
	until := f.clock.now().Add(lasts)
	return identity.Exhaustion{Scope: scope, Limit: limit, Until: until, Retry: until}
}

func TestShedAnswers(t *testing.T) {
	tests := []struct {
		name                string
		token, organization time.Duration
		jitter              float64
		scope               string
		limit, seconds      int64
	}{
		{"token", 12 * time.Second, 0, 0, "token", 100, 12},
		{"organization", 0, 12 * time.Second, 0, "organization", 150, 12},
		{"both", 12 * time.Second, 40 * time.Second, 0, "token", 100, 40},
		{"rounded up", 12*time.Second + 1, 0, 0, "token", 100, 13},
		{"at least a second", 1, 0, 0, "token", 100, 1},
		{"up to a tenth more", time.Minute, 0, 0.999, "token", 100, 66},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFlooded(t)
			f.jitter = func() float64 { return tt.jitter }
			f.used(t, tt.token, tt.organization)
			server := newServer(t, f.fixture, func(*confighttp.ServerConfig) {})
			want := refusal.Limited(tt.scope, tt.limit, time.Duration(tt.seconds)*time.Second).Proto()
			headers := func(contentType string, length int) http.Header {
				h := wantHeaders(from("page", shop), contentType, length)
				h.Set("Retry-After", strconv.FormatInt(tt.seconds, 10))
				return h
			}

			answer := server.post(t, "/v1/traces", from("page", shop), "")
			assert.Equal(t, http.StatusTooManyRequests, answer.StatusCode)
			text := textOf(t, want)
			assert.Equal(t, text, answer.body)
			assert.Equal(t, headers(contentTypeJSON, len(text)), answer.Header)

			answer = server.post(t, "/v1/traces", from("page", shop), contentTypeProtobuf)
			assert.Equal(t, http.StatusTooManyRequests, answer.StatusCode)
			var st spb.Status
			require.NoError(t, proto.Unmarshal([]byte(answer.body), &st))
			assert.Equal(t, text, textOf(t, &st))
			assert.Equal(t, headers(contentTypeProtobuf, len(answer.body)), answer.Header)

			_, err := f.unary(call(t, "x-client-token", secretOf("page")), exportTraces)
			assert.Equal(t, text, textOf(t, status.Convert(err).Proto()))
			require.EqualError(t, err, want.GetMessage())

			assert.Empty(t, server.passed)
			assert.Equal(t, map[string]int64{"shed": 3}, f.counted(t))
			assert.Empty(t, f.logs.FilterMessageSnippet("limit").All(), "one line per request is a flood")
		})
	}
}

// textOf is a status in JSON: the order of metadata in protobuf is left to chance.
func textOf(t *testing.T, st *spb.Status) string {
	t.Helper()
	text, err := marshalJSON(st)
	require.NoError(t, err)
	return string(text)
}

// unread fails a test that reads from it.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	assert.Fail(u.t, "the body was read")
	return 0, io.EOF
}

func (unread) Close() error { return nil }

func TestShedLeavesTheBodyUnread(t *testing.T) {
	f := newFlooded(t)
	f.used(t, time.Minute, 0)
	handler, passed := f.handler(t)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/traces", unread{t})
	r.Header = from("page", "")
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	assert.Equal(t, http.StatusTooManyRequests, w.Code)
	assert.Empty(t, *passed)
}

// It is the last rule, and applies to traces only.
func TestShedOrder(t *testing.T) {
	tests := []struct {
		name    string
		path    string
		headers http.Header
		outcome string
	}{
		{"traces", "/v1/traces", from("page", ""), "shed"},
		{"metrics", "/v1/metrics", from("page", ""), "accepted"},
		{"a signal that isn't the token's", "/v1/logs", from("page", ""), "signal_denied"},
		{"path", "/v1/spans", from("page", ""), "path_unknown"},
		{"origin", "/v1/traces", from("shop", evil), "origin_denied"},
		{"organization, by another token", "/v1/traces", from("shop", shop), "shed"},
		{"unknown", "/v1/traces", from("nobody", ""), "unknown"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFlooded(t)
			f.standing(t, "shop").Admitted(f.limiter, 1)
			f.used(t, time.Minute, time.Minute)
			server := newServer(t, f.fixture, func(*confighttp.ServerConfig) {})
			server.post(t, tt.path, tt.headers, "")
			assert.Equal(t, map[string]int64{tt.outcome: 1}, f.counted(t))
		})
	}
}

func TestShedOverGRPC(t *testing.T) {
	f := newFlooded(t)
	f.used(t, time.Minute, 0)
	for _, send := range []func(context.Context, string) (*identity.Identity, error){f.unary, f.stream} {
		passed, err := send(call(t, "x-client-token", secretOf("page")), exportTraces)
		assert.Equal(t, codes.ResourceExhausted, status.Code(err))
		assert.Nil(t, passed)
	}
	_, err := f.unary(call(t, "x-client-token", secretOf("page")), exportMetrics)
	require.NoError(t, err)
	assert.Equal(t, map[string]int64{"shed": 2, "accepted": 1}, f.counted(t))
}

func TestShedEnds(t *testing.T) {
	tests := []struct {
		name   string
		happen func(*flooded, identity.Standing)
		passes bool
	}{
		{"nothing", func(*flooded, identity.Standing) {}, false},
		{"just before", func(f *flooded, _ identity.Standing) { f.clock.pass(time.Minute - 1) }, false},
		{"at the moment", func(f *flooded, _ identity.Standing) { f.clock.pass(time.Minute) }, true},
		{"a batch was admitted", func(f *flooded, page identity.Standing) { page.Admitted(f.limiter, 1) }, true},
		{"another limiter has room", func(_ *flooded, page identity.Standing) {
			page.Admitted(new(identity.Limiter), 1)
		}, true},
		{"the limiter has stopped", func(f *flooded, _ identity.Standing) { f.limiter.Stop() }, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFlooded(t)
			f.used(t, time.Minute, 0)
			tt.happen(f, f.standing(t, "page"))
			server := newServer(t, f.fixture, func(*confighttp.ServerConfig) {})
			assert.Equal(t, tt.passes, server.post(t, "/v1/traces", from("page", ""), "").StatusCode == http.StatusOK)
		})
	}
}

// Behind auth: the request has been counted as accepted before the middleware sees it, as with any other refusal there.
// By auth: alone nothing is shed, since that can't see what is written.
func TestShedBehindAuth(t *testing.T) {
	f := newFlooded(t)
	f.used(t, time.Minute, 0)
	ctx, err := f.Authenticate(t.Context(), from("page", ""))
	require.NoError(t, err)
	handler, passed := f.handler(t)
	for path, code := range map[string]int{"/v1/traces": http.StatusTooManyRequests, "/v1/metrics": http.StatusOK} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodPost, path, http.NoBody))
		assert.Equal(t, code, w.Code, path)
	}
	assert.Len(t, *passed, 1)
	_, err = f.unary(client.NewContext(t.Context(), client.FromContext(ctx)), exportTraces)
	assert.Equal(t, codes.ResourceExhausted, status.Code(err))
	assert.Equal(t, map[string]int64{"accepted": 1, "shed": 2}, f.counted(t))
}

func TestShedSpansAreEstimated(t *testing.T) {
	f := newFlooded(t)
	server := newServer(t, f.fixture, func(*confighttp.ServerConfig) {})
	server.post(t, "/v1/traces", from("page", ""), "")
	_, err := f.telemetry.GetMetric("otelcol_extension_client_token_auth_shed_spans_estimated")
	require.Error(t, err, "nothing was shed yet")
	f.used(t, time.Minute, 0) // by a batch of 30
	for range 3 {
		server.post(t, "/v1/traces", from("page", ""), "")
	}
	metadatatest.AssertEqualExtensionClientTokenAuthShedSpansEstimated(t, f.telemetry,
		[]metricdata.DataPoint[int64]{{
			Value: 90, Attributes: attribute.NewSet(attribute.String("extension", "client_token_auth")),
		}},
		metricdatatest.IgnoreTimestamp())
}

// Whatever the limit and the seconds, the answer is that of the processor.
func TestLimitedAnswers(t *testing.T) {
	answers := newLimitedAnswers()
	for _, scope := range []window.Scope{window.Token, window.Organization} {
		for _, limit := range []window.Limit{1, 60, 6000, token.MaxLimit} {
			a := answers.of(scope, limit)
			assert.Same(t, a, answers.of(scope, limit), "prepared once")
			for _, seconds := range []int64{1, 9, 60, 127, 128, 16_384, 1_000_000} {
				want := textOf(t, refusal.Limited(scope.String(), int64(limit), time.Duration(seconds)*time.Second).Proto())
				var st spb.Status
				require.NoError(t, proto.Unmarshal(a.bodyProtobuf(seconds), &st))
				assert.Equal(t, want, textOf(t, &st))
				assert.Equal(t, want, string(a.bodyJSON(seconds)))
			}
		}
	}
}

func TestLimitedAnswersAreBounded(t *testing.T) {
	answers := newLimitedAnswers()
	for limit := range window.Limit(2*maxLimitedAnswers + 1) {
		answers.prepared.Store(usedUp{window.Token, limit}, nil)
		if limit%maxLimitedAnswers == maxLimitedAnswers-1 {
			answers.of(window.Organization, limit)
		}
		require.LessOrEqual(t, answers.prepared.Size(), maxLimitedAnswers)
	}
}

func TestShedIsCheap(t *testing.T) {
	f := newFlooded(t)
	f.used(t, time.Minute, 0)
	handler, _ := f.handler(t)
	for _, contentType := range []string{contentTypeJSON, contentTypeProtobuf} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/traces", http.NoBody)
		r.Header = from("page", "")
		r.Header.Set("Content-Type", contentType)
		w := &sink{header: http.Header{}}
		assert.LessOrEqual(t, testing.AllocsPerRun(100, func() { handler.ServeHTTP(w, r) }), 8.0, contentType)
		assert.Equal(t, http.StatusTooManyRequests, w.status)
	}
}
