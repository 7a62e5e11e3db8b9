// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/refusal"
)

// sender is a client.AuthData of any authenticator: the default attribute names and what they hold.
type sender map[string]any

func (s sender) GetAttribute(name string) any { return s[name] }

func (s sender) GetAttributeNames() []string { return slices.Collect(maps.Keys(s)) }

// shop is an organization with one token. A limit of nil is none.
func shop(tokenLimit, organizationLimit any) sender {
	return sender{
		"token_id": "t-web", "token_spans_per_minute": tokenLimit,
		"organization_id": "shop", "organization_spans_per_minute": organizationLimit,
	}
}

// with returns a copy that has another value under a name.
func (s sender) with(name string, value any) sender {
	s = maps.Clone(s)
	s[name] = value
	return s
}

// from returns the context of a request that an authenticator let in.
func from(tb testing.TB, auth client.AuthData) context.Context {
	tb.Helper()
	return client.NewContext(tb.Context(), client.Info{Auth: auth})
}

// traces returns a batch of spans over several resources and scopes, read-only as a pipeline with fan-out has it.
func traces(spans int) ptrace.Traces {
	td := ptrace.NewTraces()
	for i := range spans {
		if i%100 == 0 {
			td.ResourceSpans().AppendEmpty()
		}
		resource := td.ResourceSpans().At(td.ResourceSpans().Len() - 1)
		if i%10 == 0 {
			resource.ScopeSpans().AppendEmpty()
		}
		resource.ScopeSpans().At(resource.ScopeSpans().Len() - 1).Spans().AppendEmpty().SetName("click")
	}
	td.MarkReadOnly()
	return td
}

// answerOf takes a refusal apart.
type answerOf struct {
	code     codes.Code
	message  string
	reason   string
	metadata map[string]string
	quota    []string // subject: description
	retry    int64    // whole seconds, 0 for none
}

func parse(tb testing.TB, err error) answerOf {
	tb.Helper()
	st, ok := status.FromError(err)
	require.True(tb, ok, "only a gRPC status becomes 4xx at the receiver: %v", err)
	a := answerOf{code: st.Code(), message: st.Message()}
	for _, detail := range st.Details() {
		switch d := detail.(type) {
		case *errdetails.ErrorInfo:
			require.Equal(tb, refusal.Domain, d.GetDomain())
			a.reason, a.metadata = d.GetReason(), d.GetMetadata()
		case *errdetails.QuotaFailure:
			for _, v := range d.GetViolations() {
				a.quota = append(a.quota, v.GetSubject()+": "+v.GetDescription())
			}
		case *errdetails.RetryInfo:
			require.Zero(tb, d.GetRetryDelay().GetNanos(), "the receiver cuts fractions off")
			require.Positive(tb, d.GetRetryDelay().GetSeconds(), "0 makes opentelemetry-js re-send at once")
			a.retry = d.GetRetryDelay().GetSeconds()
		default:
			require.Fail(tb, "unexpected detail", "%T", detail)
		}
	}
	return a
}
