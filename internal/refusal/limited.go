// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package refusal

import (
	"fmt"
	"strconv"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// jitterShare is how much of the wait is added at random at the most, so that senders don't return all at once.
const jitterShare = 0.1

// Jittered returns a wait with up to a tenth added. random is in [0, 1).
func Jittered(wait time.Duration, random float64) time.Duration {
	return wait + time.Duration(jitterShare*random*float64(wait))
}

// Limited is the answer to a sender whose limit is used up, after a wait that Jittered has gone over. It is the same
// whoever gives it.
func Limited(scope string, limit int64, wait time.Duration) *status.Status {
	retry := RetryInfo(wait)
	message := fmt.Sprintf("the %s limit of %d spans per minute is used up: retry after %d s",
		scope, limit, retry.GetRetryDelay().GetSeconds())
	return New(codes.ResourceExhausted, RateLimited, message, LimitMetadata(scope, limit), retry, Quota(scope, limit))
}

// LimitMetadata says in an ErrorInfo which limit refused.
func LimitMetadata(scope string, limit int64) map[string]string {
	return map[string]string{"scope": scope, "limit": strconv.FormatInt(limit, 10)}
}

// Quota names the scope, not the id: who holds a public token need not learn what its organization is called.
func Quota(scope string, limit int64) *errdetails.QuotaFailure {
	return &errdetails.QuotaFailure{Violations: []*errdetails.QuotaFailure_Violation{{
		Subject:     scope,
		Description: fmt.Sprintf("%d spans per minute", limit),
	}}}
}
