// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestField(t *testing.T) {
	for value, want := range map[string]string{
		``: "none", `null`: "none", `[]`: "none", `true`: "true", `60000`: "60,000", `"Shop"`: "Shop",
		`"2026-11-27T10:00:00Z"`:         "27 Nov 2026, 10:00 UTC",
		`["traces", "logs"]`:             "traces, logs",
		`[{"hint": "QFId"}, {}]`:         "…QFId, one brought along",
		`{"more": "than is understood"}`: `{"more": "than is understood"}`,
		`[{"hint": "QFId", "created_at": "2026-11-26T10:00:00Z", "expires_at": "2026-11-27T10:00:00Z"}]`: "…QFId " +
			"until 27 Nov 2026",
		`[{"user": "olga", "role": "owner", "email": "olga@example.com"}, {"user": "max", "role": "viewer"}]`: "olga (owner) " +
			"olga@example.com, max (viewer)",
	} {
		assert.Equal(t, want, field(json.RawMessage(value)), value)
	}
}

func TestDifference(t *testing.T) {
	for _, tt := range []struct{ before, after, was, is string }{
		{``, `"Shop"`, "", "Shop"},
		{`"Shop"`, ``, "Shop", ""},
		{`"Shop"`, `"New"`, "Shop", "New"},
		{`["a", "b"]`, `["b", "c", "d"]`, "a", "c, d"},
		{`["a"]`, `["a", "b"]`, "", "b"},
		{`["a", "b"]`, `["b", "a"]`, "a, b", "b, a"},
		{`["a"]`, `[]`, "a", "none"},
		{`["a"]`, ``, "a", ""},
	} {
		got := difference(json.RawMessage(tt.before), json.RawMessage(tt.after))
		assert.Equal(t, values{tt.was, tt.is}, got, tt.before+tt.after)
	}
}
