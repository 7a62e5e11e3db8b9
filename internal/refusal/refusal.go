// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package refusal holds the answers to what is refused: the reasons a program can rely on, and the google.rpc.Status
// that carries them over gRPC and, as a body, over HTTP.
package refusal

import (
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"
)

// Domain is the ErrorInfo domain of every refusal.
const Domain = "clienttokens"

// Reason is the ErrorInfo reason: stable, upper case, one per thing the sender can do about it.
// See https://google.aip.dev/193.
type Reason string

// The reasons. They are public API.
const (
	TokenMissing        Reason = "TOKEN_MISSING"
	TokenAmbiguous      Reason = "TOKEN_AMBIGUOUS"
	TokenInvalid        Reason = "TOKEN_INVALID"
	RegistryUnavailable Reason = "REGISTRY_UNAVAILABLE"
	OriginNotAllowed    Reason = "ORIGIN_NOT_ALLOWED"
	SignalNotAllowed    Reason = "SIGNAL_NOT_ALLOWED"
	PathUnknown         Reason = "PATH_UNKNOWN"
	RateLimited         Reason = "RATE_LIMITED"
	BatchExceedsLimit   Reason = "BATCH_EXCEEDS_LIMIT"
	LimitZero           Reason = "LIMIT_ZERO"
	LimiterUnavailable  Reason = "LIMITER_UNAVAILABLE"
	IdentityMissing     Reason = "IDENTITY_MISSING"
)

// New returns a status with an ErrorInfo of the reason, the metadata (may be nil) and further details.
func New(
	code codes.Code, reason Reason, message string, metadata map[string]string, more ...protoadapt.MessageV1,
) *status.Status {
	info := &errdetails.ErrorInfo{Reason: string(reason), Domain: Domain, Metadata: metadata}
	st, err := status.New(code, message).WithDetails(append([]protoadapt.MessageV1{info}, more...)...)
	if err != nil {
		// Only code OK or a message that can't be marshalled; ours are neither. The code alone still refuses.
		return status.New(code, message)
	}
	return st
}

// RetryInfo tells the sender to wait. The delay is whole seconds, because the OTLP receiver cuts fractions off when
// it makes a Retry-After of it, and a Retry-After of 0 makes opentelemetry-js re-send at once.
func RetryInfo(delay time.Duration) *errdetails.RetryInfo {
	return &errdetails.RetryInfo{RetryDelay: &durationpb.Duration{Seconds: WholeSeconds(delay)}}
}

// WholeSeconds returns a delay as a Retry-After has it: rounded up, and at least 1.
func WholeSeconds(delay time.Duration) int64 {
	seconds := int64(delay / time.Second)
	if delay%time.Second > 0 {
		seconds++
	}
	return max(1, seconds)
}
