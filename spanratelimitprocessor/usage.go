// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// counterOf returns as what the spans of a batch count in the usage of their token.
func counterOf(d window.Decision) usage.Counter {
	switch d.Outcome {
	case window.Admitted:
		return usage.Admitted
	case window.TooLarge:
		return usage.RefusedBatch
	case window.Unknown:
		return usage.RefusedUnavailable
	default:
		return refusedBy(d.Scope)
	}
}

func refusedBy(scope window.Scope) usage.Counter {
	switch scope {
	case window.Token:
		return usage.RefusedToken
	case window.Client:
		return usage.RefusedClient
	default:
		return usage.RefusedOrganization
	}
}
