// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"fmt"
	"strconv"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/refusal"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// jitterShare is how much of the wait is added at random at the most, so that senders don't return all at once.
const jitterShare = 0.1

// unavailableWait is how long a sender waits at the most when Redis can't be asked, and one second at the least.
const unavailableWait = 3 * time.Second

// refuse returns the answer to a refused batch: a gRPC status, because only such an error becomes 400, 403, 429 or
// 503 at the OTLP receiver. Each message says what to do about it.
func refuse(d window.Decision, spans int, random float64) error {
	switch d.Outcome {
	case window.ZeroLimit:
		return answer(d, codes.PermissionDenied, refusal.LimitZero,
			fmt.Sprintf("the %s limit is 0 spans per minute: nothing is admitted until it is raised", d.Scope))
	case window.TooLarge:
		return answer(d, codes.InvalidArgument, refusal.BatchExceedsLimit,
			fmt.Sprintf("a batch of %d spans can never pass the %s limit of %d spans per minute: "+
				"set maxExportBatchSize to at most %d", spans, d.Scope, d.Limit, d.Limit))
	case window.Unknown:
		return unavailable(random)
	default:
		return rateLimited(d, random)
	}
}

func rateLimited(d window.Decision, random float64) error {
	retry := refusal.RetryInfo(d.RetryAfter + time.Duration(jitterShare*random*float64(d.RetryAfter)))
	message := fmt.Sprintf("the %s limit of %d spans per minute is used up: retry after %d s",
		d.Scope, d.Limit, retry.GetRetryDelay().GetSeconds())
	return refusal.New(codes.ResourceExhausted, refusal.RateLimited, message, metadataOf(d), retry, quotaOf(d)).Err()
}

// unavailable tells nothing of what is behind it, which is no sender's business.
func unavailable(random float64) error {
	retry := refusal.RetryInfo(time.Duration(random * float64(unavailableWait)))
	message := fmt.Sprintf("the limits can't be looked up at the moment: retry after %d s", retry.GetRetryDelay().GetSeconds())
	return refusal.New(codes.Unavailable, refusal.LimiterUnavailable, message, nil, retry).Err()
}

func answer(d window.Decision, code codes.Code, reason refusal.Reason, message string) error {
	return refusal.New(code, reason, message, metadataOf(d), quotaOf(d)).Err()
}

func metadataOf(d window.Decision) map[string]string {
	return map[string]string{"scope": d.Scope.String(), "limit": strconv.FormatInt(int64(d.Limit), 10)}
}

// quotaOf names the scope, not the id: who holds a public token need not learn what its organization is called.
func quotaOf(d window.Decision) *errdetails.QuotaFailure {
	return &errdetails.QuotaFailure{Violations: []*errdetails.QuotaFailure_Violation{{
		Subject:     d.Scope.String(),
		Description: fmt.Sprintf("%d spans per minute", d.Limit),
	}}}
}
