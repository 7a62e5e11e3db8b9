// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"net/http"

	"google.golang.org/grpc/codes"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/refusal"
)

// outcome is what became of a request.
type outcome uint8

const (
	accepted outcome = iota
	originReported
	missing
	ambiguous
	unknown
	disabled
	expired
	originMissing
	originMalformed
	originDenied
	signalDenied
	pathUnknown
	numOutcomes
)

// admits tells whether the request goes on.
func (o outcome) admits() bool {
	return o == accepted || o == originReported
}

// verdict is the public face of an outcome: the label in metrics and, if it refuses, what the sender is told.
type verdict struct {
	label   string
	http    int
	grpc    codes.Code
	reason  refusal.Reason
	message string
}

// A secret that is unknown, disabled or expired looks the same from outside: a thief learns nothing from the answer.
const tokenInvalid = "the client token is not valid"

func (o outcome) verdict() verdict {
	switch o {
	case accepted:
		return verdict{label: "accepted"}
	case originReported:
		return verdict{label: "origin_reported"}
	case missing:
		return unauthenticated("missing", refusal.TokenMissing, "no client token: send it in ")
	case ambiguous:
		return unauthenticated("ambiguous", refusal.TokenAmbiguous, "several different client tokens: send one")
	case unknown:
		return unauthenticated("unknown", refusal.TokenInvalid, tokenInvalid)
	case disabled:
		return unauthenticated("disabled", refusal.TokenInvalid, tokenInvalid)
	case expired:
		return unauthenticated("expired", refusal.TokenInvalid, tokenInvalid)
	case originMissing:
		return denied("origin_missing", refusal.OriginNotAllowed,
			"the request has no Origin, and this client token is bound to origins")
	case originMalformed:
		return denied("origin_malformed", refusal.OriginNotAllowed, "the Origin of the request is malformed")
	case originDenied:
		return denied("origin_denied", refusal.OriginNotAllowed, "the origin is not allowed for this client token")
	case signalDenied:
		return denied("signal_denied", refusal.SignalNotAllowed, "this client token may not write this signal")
	default:
		return verdict{
			label: "path_unknown", http: http.StatusNotFound, grpc: codes.Unimplemented,
			reason: refusal.PathUnknown, message: "nothing is received at this path",
		}
	}
}

func unauthenticated(label string, reason refusal.Reason, message string) verdict {
	return verdict{label, http.StatusUnauthorized, codes.Unauthenticated, reason, message}
}

func denied(label string, reason refusal.Reason, message string) verdict {
	return verdict{label, http.StatusForbidden, codes.PermissionDenied, reason, message}
}
