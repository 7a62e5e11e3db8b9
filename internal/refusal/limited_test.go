// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package refusal

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/protoadapt"
)

func TestLimited(t *testing.T) {
	st := Limited("organization", 6000, 1500*time.Millisecond)
	assert.Equal(t, codes.ResourceExhausted, st.Code())
	assert.Equal(t, "the organization limit of 6000 spans per minute is used up: retry after 2 s", st.Message())
	want := []protoadapt.MessageV2{
		&errdetails.ErrorInfo{
			Reason: "RATE_LIMITED", Domain: Domain, Metadata: map[string]string{"scope": "organization", "limit": "6000"},
		},
		RetryInfo(2 * time.Second),
		&errdetails.QuotaFailure{Violations: []*errdetails.QuotaFailure_Violation{
			{Subject: "organization", Description: "6000 spans per minute"},
		}},
	}
	require.Len(t, st.Details(), len(want))
	for i, detail := range st.Details() {
		assert.True(t, proto.Equal(want[i], detail.(proto.Message)), detail)
	}
}

func TestJittered(t *testing.T) {
	assert.Equal(t, time.Minute, Jittered(time.Minute, 0))
	assert.Equal(t, 63*time.Second, Jittered(time.Minute, 0.5))
	assert.Less(t, Jittered(time.Minute, 1-1e-9), 66*time.Second)
	assert.Zero(t, Jittered(0, 0.9))
}
