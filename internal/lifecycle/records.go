// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package lifecycle

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// copyOf shares nothing that somebody could write through, for example by decoding JSON onto it.
func copyOf(t *token.Token) token.Token {
	c := *t
	c.AllowedOrigins = slices.Clone(t.AllowedOrigins)
	c.Signals = slices.Clone(t.Signals)
	c.Secrets = slices.Clone(t.Secrets)
	c.SpansPerMinute = clone(t.SpansPerMinute)
	c.ClientSpansPerMinute = clone(t.ClientSpansPerMinute)
	return c
}

func clone(n *int64) *int64 {
	if n == nil {
		return nil
	}
	return new(*n)
}

// same tells whether two records are the same wherever they are kept. What can't be written, such as a time beyond the
// year 9999, is the same as nothing: validation will say so.
func same(a, b any) bool {
	textA, errA := json.Marshal(a)
	textB, errB := json.Marshal(b)
	return errA == nil && errB == nil && bytes.Equal(textA, textB)
}
