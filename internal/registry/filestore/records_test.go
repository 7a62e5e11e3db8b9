// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

func TestNothingIsNotNoTokens(t *testing.T) {
	const none = "write tokens: [] for none at all"
	const absent = "there is no tokens: field: " + none
	tests := []struct {
		name, content, want string
	}{
		{"empty", "", absent},
		{"white space", " \n\n  \n", absent},
		{"byte order mark", "\ufeff", absent},
		{"comment", "# tokens:\n#   - id: a\n", absent},
		{"document mark", "---\n", absent},
		{"null", "~\n", absent},
		{"empty mapping", "{}\n", "line 1: " + absent},
		{"no tokens", acme, "line 1: " + absent},
		{"tokens commented out", acme + "tokens:\n# - id: a\n", "line 4: tokens: is empty: " + none},
		{"null tokens", acme + "tokens: ~\n", "line 4: tokens: is empty: " + none},
		{"text", "hello\n", "line 1: is not a mapping: write fields as name: value"},
		{"list", "\n- id: a\n", "line 2: is not a mapping: write fields as name: value"},
		{"tagged", "!config {tokens: []}\n", "line 1: has a tag: remove the word that starts with !"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, []string{tt.want}, texts(faultsOf(tt.content)))
		})
	}
}

func TestNoTokensOnPurpose(t *testing.T) {
	for _, content := range []string{"tokens: []\n", acme + "tokens: []\n", "organizations:\ntokens: []"} {
		assert.Empty(t, mustParse(t, []byte(content)).Tokens)
	}
}

// Every field of a token can be written.
func TestFields(t *testing.T) {
	got := *tokenOf(t, acme+`tokens:
  - id: a
    organization: acme
    name: Größe
    memo: on paper
    kind: web
    environment: test
    allowed_origins: [https://example.com]
    origin_mode: report
    signals: [traces, logs]
    spans_per_minute: 6_000
    client_spans_per_minute: 0
    secrets: [{sha256: `+digestOf(0).String()+`, hint: a1B2, created_at: 2027-01-31, expires_at: 2028-01-31}]
    disabled: yes
    created_at: 2027-01-31 10:00:00
    created_by: jo
    expires_at: 2028-01-31T12:00:00+02:00
`)
	got.ExpiresAt = got.ExpiresAt.UTC()
	assert.Equal(t, token.Token{
		ID: "a", Organization: "acme", Name: "Größe", Memo: "on paper", Kind: token.KindWeb, Environment: "test",
		AllowedOrigins: []string{"https://example.com"}, OriginMode: token.OriginReport,
		Signals: []token.Signal{token.SignalTraces, token.SignalLogs}, SpansPerMinute: new(int64(6000)),
		ClientSpansPerMinute: new(int64(0)), Disabled: true, CreatedAt: date(2027, 10), CreatedBy: "jo", ExpiresAt: date(2028, 10),
		Secrets: []token.Secret{{SHA256: digestOf(0), Hint: "a1B2", CreatedAt: date(2027, 0), ExpiresAt: date(2028, 0)}},
	}, got)
}

// What a mistake in YAML leaves must not lift a bound unawares.
func TestEmptyValues(t *testing.T) {
	checkTokenFaults(t, []faultTest{
		{
			"null in list", "signals: [traces, ~]",
			[]string{"line 9: tokens[0].signals[1]: is unknown: write traces, metrics, logs or profiles"},
		},
		{
			"no list of signals", "signals:",
			[]string{"line 9: tokens[0].signals: is empty: name what the token may write, " +
				"or drop the key for the default of its kind"},
		},
		{
			"any origin by mistake", "allowed_origins:\n# - https://example.com",
			[]string{`line 9: tokens[0].allowed_origins: the list is empty: ` +
				`write ["*"] to allow every origin, or drop the key`},
		},
		{
			"null without quotes", "allowed_origins:\n  - https://example.com\n  - null",
			[]string{`line 11: tokens[0].allowed_origins[1]: "": the entry is empty: ` +
				`remove it, or write "null" in quotes if that was meant`},
		},
		{
			"no limit", "spans_per_minute:",
			[]string{"line 9: tokens[0].spans_per_minute: has no value: write one such as 6000, or remove the key"},
		},
	})
}

func TestMergedFields(t *testing.T) {
	checkTokenFaults(t, []faultTest{
		{"sound", "<<: {name: b}", nil},
		{"the line is where it is written", "<<:\n  name: b\n  origin_mode: 5", []string{
			"line 11: tokens[0].origin_mode: is unknown: write enforce or report, or drop the key to use the extension's",
		}},
	})
}
