// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"net/http"

	"google.golang.org/grpc/codes"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/refusal"
)

// Outcome is what became of a request.
type Outcome uint8

// The outcomes, in the order in which the rules are tried as far as they refuse.
const (
	Accepted Outcome = iota
	OriginReported
	Missing
	Ambiguous
	Unknown
	Stale // nobody knows what is known: the registry has been away for too long
	Disabled
	Expired
	OriginMissing
	OriginMalformed
	OriginDenied
	SignalDenied
	PathUnknown
	Shed // a limit is used up: refused before the body is read
	NumOutcomes
)

// Admits tells whether the request goes on.
func (o Outcome) Admits() bool {
	return o == Accepted || o == OriginReported
}

// Verdict is the public face of an outcome: the label in metrics and, if it refuses, what the sender is told.
type Verdict struct {
	Label   string
	HTTP    int
	GRPC    codes.Code
	Reason  refusal.Reason
	Message string
}

// A secret that is unknown, disabled or expired looks the same from outside: a thief learns nothing from the answer.
const tokenInvalid = "the client token is not valid"

// Verdict returns the public face of the outcome.
func (o Outcome) Verdict() Verdict {
	switch o {
	case Accepted:
		return Verdict{Label: "accepted"}
	case OriginReported:
		return Verdict{Label: "origin_reported"}
	case Missing:
		return unauthenticated("missing", refusal.TokenMissing, "no client token: send it in ")
	case Ambiguous:
		return unauthenticated("ambiguous", refusal.TokenAmbiguous, "several different client tokens: send one")
	case Unknown:
		return unauthenticated("unknown", refusal.TokenInvalid, tokenInvalid)
	case Stale:
		return Verdict{
			Label: "stale", HTTP: http.StatusServiceUnavailable, GRPC: codes.Unavailable,
			Reason: refusal.RegistryUnavailable, Message: "the registry of client tokens is away: try again later",
		}
	case Disabled:
		return unauthenticated("disabled", refusal.TokenInvalid, tokenInvalid)
	case Expired:
		return unauthenticated("expired", refusal.TokenInvalid, tokenInvalid)
	case OriginMissing:
		return denied("origin_missing", refusal.OriginNotAllowed,
			"the request has no Origin, and this client token is bound to origins")
	case OriginMalformed:
		return denied("origin_malformed", refusal.OriginNotAllowed, "the Origin of the request is malformed")
	case OriginDenied:
		return denied("origin_denied", refusal.OriginNotAllowed, "the origin is not allowed for this client token")
	case SignalDenied:
		return denied("signal_denied", refusal.SignalNotAllowed, "this client token may not write this signal here")
	case Shed:
		return Verdict{
			Label: "shed", HTTP: http.StatusTooManyRequests, GRPC: codes.ResourceExhausted,
			Reason: refusal.RateLimited, Message: "a limit of spans per minute is used up",
		}
	default:
		return Verdict{
			Label: "path_unknown", HTTP: http.StatusNotFound, GRPC: codes.Unimplemented,
			Reason: refusal.PathUnknown, Message: "nothing is received at this path",
		}
	}
}

func unauthenticated(label string, reason refusal.Reason, message string) Verdict {
	return Verdict{label, http.StatusUnauthorized, codes.Unauthenticated, reason, message}
}

func denied(label string, reason refusal.Reason, message string) Verdict {
	return Verdict{label, http.StatusForbidden, codes.PermissionDenied, reason, message}
}
