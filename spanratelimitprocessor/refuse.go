// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"fmt"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/refusal"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

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
	return refusal.Limited(d.Scope.String(), int64(d.Limit), refusal.Jittered(d.RetryAfter, random)).Err()
}

// unavailable tells nothing of what is behind it, which is no sender's business.
func unavailable(random float64) error {
	retry := refusal.RetryInfo(time.Duration(random * float64(unavailableWait)))
	message := fmt.Sprintf("the limits can't be looked up at the moment: retry after %d s", retry.GetRetryDelay().GetSeconds())
	return refusal.New(codes.Unavailable, refusal.LimiterUnavailable, message, nil, retry).Err()
}

func answer(d window.Decision, code codes.Code, reason refusal.Reason, message string) error {
	scope, limit := d.Scope.String(), int64(d.Limit)
	return refusal.New(code, reason, message, refusal.LimitMetadata(scope, limit), refusal.Quota(scope, limit)).Err()
}
