// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"google.golang.org/grpc/codes"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

func TestRefuse(t *testing.T) {
	for _, tt := range []struct {
		decision window.Decision
		want     answerOf
	}{
		{
			window.Decision{Outcome: window.OverLimit, Scope: window.Token, Limit: 600, RetryAfter: 7 * time.Second},
			answerOf{
				code: codes.ResourceExhausted, reason: "RATE_LIMITED",
				message:  "the token limit of 600 spans per minute is used up: retry after 7 s",
				metadata: map[string]string{"scope": "token", "limit": "600"},
				quota:    []string{"token: 600 spans per minute"},
				retry:    7,
			},
		},
		{
			window.Decision{Outcome: window.OverLimit, Scope: window.Organization, Limit: 1e9, RetryAfter: time.Minute},
			answerOf{
				code: codes.ResourceExhausted, reason: "RATE_LIMITED",
				message:  "the organization limit of 1000000000 spans per minute is used up: retry after 60 s",
				metadata: map[string]string{"scope": "organization", "limit": "1000000000"},
				quota:    []string{"organization: 1000000000 spans per minute"},
				retry:    60,
			},
		},
		{
			window.Decision{Outcome: window.TooLarge, Scope: window.Token, Limit: 10},
			answerOf{
				code: codes.InvalidArgument, reason: "BATCH_EXCEEDS_LIMIT",
				message: "a batch of 512 spans can never pass the token limit of 10 spans per minute: " +
					"set maxExportBatchSize to at most 10",
				metadata: map[string]string{"scope": "token", "limit": "10"},
				quota:    []string{"token: 10 spans per minute"},
			},
		},
		{
			window.Decision{Outcome: window.TooLarge, Scope: window.Organization, Limit: 511},
			answerOf{
				code: codes.InvalidArgument, reason: "BATCH_EXCEEDS_LIMIT",
				message: "a batch of 512 spans can never pass the organization limit of 511 spans per minute: " +
					"set maxExportBatchSize to at most 511",
				metadata: map[string]string{"scope": "organization", "limit": "511"},
				quota:    []string{"organization: 511 spans per minute"},
			},
		},
		{
			window.Decision{Outcome: window.ZeroLimit, Scope: window.Token},
			answerOf{
				code: codes.PermissionDenied, reason: "LIMIT_ZERO",
				message:  "the token limit is 0 spans per minute: nothing is admitted until it is raised",
				metadata: map[string]string{"scope": "token", "limit": "0"},
				quota:    []string{"token: 0 spans per minute"},
			},
		},
		{
			window.Decision{Outcome: window.ZeroLimit, Scope: window.Organization},
			answerOf{
				code: codes.PermissionDenied, reason: "LIMIT_ZERO",
				message:  "the organization limit is 0 spans per minute: nothing is admitted until it is raised",
				metadata: map[string]string{"scope": "organization", "limit": "0"},
				quota:    []string{"organization: 0 spans per minute"},
			},
		},
	} {
		t.Run(fmt.Sprintf("%v %v", tt.want.reason, tt.decision.Scope), func(t *testing.T) {
			assert.Equal(t, tt.want, parse(t, refuse(tt.decision, 512, 0)))
		})
	}
}

func TestRefuseRetryAfter(t *testing.T) {
	highest := math.Nextafter(1, 0)
	for _, tt := range []struct {
		wait   time.Duration
		random float64
		want   int64
	}{
		{0, 0, 1},
		{1, 0, 1},
		{1, highest, 1},
		{time.Second - 1, 0, 1},
		{time.Second, 0, 1},
		{time.Second + 1, 0, 2},
		{time.Second, highest, 2},
		{10 * time.Second, 0, 10},
		{10 * time.Second, 0.5, 11},
		{10 * time.Second, highest, 11},
		{59200 * time.Millisecond, 0, 60},
		{59200 * time.Millisecond, 0.1, 60},
		{59200 * time.Millisecond, highest, 66},
		{70 * time.Second, highest, 77}, // the longest there is: the window and the coarsest resolution
	} {
		t.Run(fmt.Sprintf("%v %v", tt.wait, tt.random), func(t *testing.T) {
			d := window.Decision{Outcome: window.OverLimit, Scope: window.Token, Limit: 5, RetryAfter: tt.wait}
			got := parse(t, refuse(d, 1, tt.random))
			assert.Equal(t, tt.want, got.retry)
			assert.Equal(t, fmt.Sprintf("the token limit of 5 spans per minute is used up: retry after %d s", tt.want),
				got.message)
		})
	}
}

// Limits aren't used up, so there is no reason to wait for long; what senders need is that they don't return together.
func TestRefuseUnknown(t *testing.T) {
	for random, want := range map[float64]int64{0: 1, 0.33: 1, 0.34: 2, 0.66: 2, 0.67: 3, math.Nextafter(1, 0): 3} {
		got := parse(t, refuse(window.Decision{Outcome: window.Unknown}, 512, random))
		assert.Equal(t, answerOf{
			code: codes.Unavailable, reason: "LIMITER_UNAVAILABLE", retry: want,
			message: fmt.Sprintf("the limits can't be looked up at the moment: retry after %d s", want),
		}, got)
	}
}
