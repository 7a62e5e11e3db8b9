// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

const (
	notNumber = ": is not a whole number: write one such as 6000"
	notTime   = ": is not a time: write one such as 2026-01-31T00:00:00Z"
	notText   = ": is not a text: write one, in quotes if it has special characters"
	unknown   = ": no such field: remove it, or correct its name"
)

func TestValueFaults(t *testing.T) {
	checkTokenFaults(t, []faultTest{
		{"fraction", "spans_per_minute: 0.5", []string{"line 9: tokens[0].spans_per_minute" + notNumber}},
		{"exponent", "spans_per_minute: 1e3", []string{"line 9: tokens[0].spans_per_minute" + notNumber}},
		{"octal", "spans_per_minute: 0600", []string{"line 9: tokens[0].spans_per_minute" + notNumber}},
		{"infinity", "spans_per_minute: .inf", []string{"line 9: tokens[0].spans_per_minute" + notNumber}},
		{"huge", "spans_per_minute: 99999999999999999999", []string{"line 9: tokens[0].spans_per_minute" + notNumber}},
		{"quoted number", `spans_per_minute: "6000"`, []string{"line 9: tokens[0].spans_per_minute" + notNumber}},
		{"tagged number", "spans_per_minute: !!int many", []string{"line 9: tokens[0].spans_per_minute" + notNumber}},
		{"word", "client_spans_per_minute: many", []string{"line 9: tokens[0].client_spans_per_minute" + notNumber}},
		{
			"no limit by mistake", "spans_per_minute:",
			[]string{"line 9: tokens[0].spans_per_minute: has no value: write one such as 6000, or remove the key"},
		},
		{"no zone", "expires_at: 2026-01-31T10:00:00", []string{"line 9: tokens[0].expires_at" + notTime}},
		{"number as time", "expires_at: 1767225600", []string{"line 9: tokens[0].expires_at" + notTime}},
		{"list as time", "expires_at: [2026-01-31]", []string{"line 9: tokens[0].expires_at" + notTime}},
		{
			"no end by mistake", "expires_at: ~",
			[]string{"line 9: tokens[0].expires_at: has no value: write one such as 2026-01-31T00:00:00Z, or remove the key"},
		},
		{"bool", "disabled: 1", []string{"line 9: tokens[0].disabled: is not true or false: write one of the two"}},
		{
			"not disabled by mistake", "disabled:",
			[]string{"line 9: tokens[0].disabled: has no value: write one of the two, or remove the key"},
		},
		{"mapping as text", "name: {a: b, a: b}", []string{"line 9: tokens[0].name" + notText}},
		{
			"text as list", "allowed_origins: https://example.com",
			[]string{"line 9: tokens[0].allowed_origins: is not a list: start each entry with a dash"},
		},
		{"list in list", "signals:\n  - traces\n  - [logs]", []string{"line 11: tokens[0].signals[1]" + notText}},
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
			"tag", "name: !vault abc",
			[]string{"line 9: tokens[0].name: has a tag: remove the word that starts with !"},
		},
		{
			"binary", "name: !!binary YWJj",
			[]string{"line 9: tokens[0].name: has a tag: remove the word that starts with !"},
		},
		{
			"null by tag", "allowed_origins: !!null [https://example.com]",
			[]string{"line 9: tokens[0].allowed_origins: has a tag: remove the word that starts with !"},
		},
		{
			"type error by alias", "name: &name shop\nexpires_at: *name",
			[]string{"line 10: tokens[0].expires_at" + notTime},
		},
	})
}

func TestFieldFaults(t *testing.T) {
	checkTokenFaults(t, []faultTest{
		{"unknown", "colour: red", []string{"line 9: tokens[0].colour" + unknown}},
		{
			"misspelt", "client_spans_per_minutes: 5",
			[]string{"line 9: tokens[0].client_spans_per_minutes: no such field: remove it, or write client_spans_per_minute"},
		},
		{
			"camel case", "spansPerMinute: 5",
			[]string{"line 9: tokens[0].spansPerMinute: no such field: remove it, or write spans_per_minute"},
		},
		{"upper case", "ID: a", []string{"line 9: tokens[0].ID: no such field: remove it, or write id"}},
		{"long", "something_quite_different: 5", []string{"line 9: tokens[0].?" + unknown}},
		{"not printable", `"a\e[2J": 5`, []string{"line 9: tokens[0].?" + unknown}},
		{"empty", `"": 5`, []string{"line 9: tokens[0].?" + unknown}},
		{"number", "5: 5", []string{"line 9: tokens[0].?" + unknown}},
		{"null", "~: 5", []string{"line 9: tokens[0].?" + unknown}},
		{"list", "? [id]\n: 5", []string{"line 9: tokens[0].?" + unknown}},
		{"mapping", "{id: a}: 5", []string{"line 9: tokens[0].?" + unknown}},
		{"quoted merge", `"<<": {id: a}`, []string{"line 9: tokens[0].?" + unknown}},
		{"twice", "id: a\nid: b", []string{"line 10: tokens[0].id: given twice: remove one"}},
		{"anchor of a field's name", "memo: &id x\n*id : 5", []string{"line 10: tokens[0].x" + unknown}},
		{"list twice", "secrets:\n  - sha: 5", []string{"line 9: tokens[0].secrets: given twice: remove one"}},
	})
}

func TestValues(t *testing.T) {
	tests := []struct {
		name, lines string
		want        func(*token.Token)
	}{
		{"underscores", "spans_per_minute: 6_000", func(r *token.Token) { r.SpansPerMinute = new(int64(6000)) }},
		{"hexadecimal", "spans_per_minute: 0x10", func(r *token.Token) { r.SpansPerMinute = new(int64(16)) }},
		{"nothing", "spans_per_minute: 0", func(r *token.Token) { r.SpansPerMinute = new(int64(0)) }},
		{"YAML 1.1", "disabled: yes", func(r *token.Token) { r.Disabled = true }},
		{"YAML 1.1, no", "disabled: off", func(*token.Token) {}},
		{"number as text", "id: 0600", func(r *token.Token) { r.ID = "0600" }},
		{"bool as text", "name: yes", func(r *token.Token) { r.Name = "yes" }},
		{"time as text", "name: 2026-01-31", func(r *token.Token) { r.Name = "2026-01-31" }},
		{"tag that changes nothing", "name: !!str 5", func(r *token.Token) { r.Name = "5" }},
		{"empty texts", "id:\nname:\nmemo: ~\norigin_mode: null", func(*token.Token) {}},
		{"time", "expires_at: 2027-01-31T12:00:00+02:00", func(r *token.Token) { r.ExpiresAt = date(2027, 10) }},
		{"quoted time", `expires_at: "2027-01-31T10:00:00Z"`, func(r *token.Token) { r.ExpiresAt = date(2027, 10) }},
		{"date", "expires_at: 2027-01-31", func(r *token.Token) { r.ExpiresAt = date(2027, 0) }},
		{"UTC is the default", "expires_at: 2027-01-31 10:00:00", func(r *token.Token) { r.ExpiresAt = date(2027, 10) }},
		{"list", "signals:\n- traces\n- logs", func(r *token.Token) { r.Signals = []token.Signal{"traces", "logs"} }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := *tokenOf(t, tokenWith(tt.lines))
			want := token.Token{ID: token.DerivedID(digestOf(0)), Organization: "acme", Kind: "web"}
			want.Secrets = []token.Secret{{SHA256: digestOf(0)}}
			tt.want(&want)
			got.ExpiresAt = got.ExpiresAt.UTC()
			assert.Equal(t, want, got)
		})
	}
}

func date(year, hour int) time.Time {
	return time.Date(year, 1, 31, hour, 0, 0, 0, time.UTC)
}

// tokenOf returns the only token of a file.
func tokenOf(t *testing.T, content string) *token.Token {
	t.Helper()
	s := mustBuild(t, []byte(content))
	require.Len(t, s.tokens, 1)
	return s.tokens[0]
}

func TestEncodings(t *testing.T) {
	content := tokenWith("name: Größe")
	for name, encoded := range map[string]string{
		"byte order mark": "\ufeff" + content,
		"CRLF":            strings.ReplaceAll(content, "\n", "\r\n"),
		"document marks":  "---\n" + content + "...\n",
		"JSON": `{"organizations": [{"id": "acme"}], "tokens": [{"organization": "acme", "kind": "web", "name": "Größe",
			"secret": "` + secretOf(0) + `"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, "Größe", tokenOf(t, encoded).Name)
		})
	}
	crlf := strings.ReplaceAll(tokenWith("disabled: 1"), "\n", "\r\n")
	assert.Equal(t, 9, faultsOf(crlf)[0].Line)
}
