// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package refusal

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

func TestNew(t *testing.T) {
	metadata := map[string]string{"scope": "token", "limit": "6000"}
	st := New(codes.ResourceExhausted, RateLimited, "over the limit", metadata, RetryInfo(2*time.Second))
	assert.Equal(t, codes.ResourceExhausted, st.Code())
	assert.Equal(t, "over the limit", st.Message())
	require.Len(t, st.Details(), 2)
	want := &errdetails.ErrorInfo{Reason: "RATE_LIMITED", Domain: "clienttokens", Metadata: metadata}
	assert.True(t, proto.Equal(want, st.Details()[0].(proto.Message)), st.Details()[0])
	assert.Equal(t, 2*time.Second, st.Details()[1].(*errdetails.RetryInfo).GetRetryDelay().AsDuration())
}

func TestNewWithoutMetadata(t *testing.T) {
	st := New(codes.Unauthenticated, TokenMissing, "no token", nil)
	require.Len(t, st.Details(), 1)
	want := &errdetails.ErrorInfo{Reason: "TOKEN_MISSING", Domain: "clienttokens"}
	assert.True(t, proto.Equal(want, st.Details()[0].(proto.Message)), st.Details()[0])
}

// What can't be marshalled still refuses.
func TestNewFallsBack(t *testing.T) {
	st := New(codes.ResourceExhausted, Reason("\xff"), "over the limit", nil)
	assert.Equal(t, codes.ResourceExhausted, st.Code())
	assert.Equal(t, "over the limit", st.Message())
	assert.Empty(t, st.Details())
}

func TestRetryInfo(t *testing.T) {
	tests := []struct {
		delay, want time.Duration
	}{
		{-time.Hour, time.Second},
		{0, time.Second},
		{time.Nanosecond, time.Second},
		{400 * time.Millisecond, time.Second},
		{time.Second, time.Second},
		{time.Second + time.Nanosecond, 2 * time.Second},
		{1900 * time.Millisecond, 2 * time.Second},
		{time.Minute, time.Minute},
		{math.MaxInt64, math.MaxInt64},
	}
	for _, tt := range tests {
		t.Run(tt.delay.String(), func(t *testing.T) {
			assert.Equal(t, tt.want, RetryInfo(tt.delay).GetRetryDelay().AsDuration())
		})
	}
}
