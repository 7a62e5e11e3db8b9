// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

func TestAliasesAndMerges(t *testing.T) {
	s := mustBuild(t, []byte(acme+`tokens:
  - &first
    id: first
    organization: acme
    kind: web
    memo: of the first
    allowed_origins: &origins [https://example.com, "https://*.example.com"]
    spans_per_minute: 6000
    secrets: [{sha256: "`+digestOf(1).String()+`"}]
  - <<: *first
    id: second
    memo:
    secrets: [{sha256: "`+digestOf(2).String()+`"}]
  - {id: third, organization: acme, kind: mobile, allowed_origins: *origins, secret: `+secretOf(3)+`}
  - id: fourth
    secret: `+secretOf(4)+`
    secrets:
    <<: [{kind: remote_write, organization: acme, allowed_origins: *origins}, *first]
    kind: web
`))
	require.Len(t, s.tokens, 4)
	second, third, fourth := s.tokens[1], s.tokens[2], s.tokens[3]
	assert.Equal(t, token.KindWeb, second.Kind)
	assert.Empty(t, second.Memo, "a null of its own hides what is merged")
	assert.Equal(t, int64(6000), *second.SpansPerMinute)
	assert.Equal(t, digestOf(2), second.Secrets[0].SHA256)
	assert.Equal(t, s.tokens[0].AllowedOrigins, third.AllowedOrigins)
	assert.Equal(t, token.KindWeb, fourth.Kind, "own fields go first, wherever they stand")
	assert.Equal(t, "of the first", fourth.Memo)
	assert.Equal(t, digestOf(4), fourth.Secrets[0].SHA256)
}

func TestEarlierMergesGoFirst(t *testing.T) {
	merge := "<<: [{kind: mobile, name: a}, {kind: web, name: b, memo: c}]"
	token := tokenOf(t, acme+"tokens:\n  - {organization: acme, secret: "+secretOf(0)+", "+merge+"}\n")
	assert.Equal(t, "mobile a c", fmt.Sprint(token.Kind, " ", token.Name, " ", token.Memo))
}

func TestMergesOfMerges(t *testing.T) {
	token := tokenOf(t, tokenWith("<<: {<<: [{name: a, memo: a}, {environment: a}], memo: b}"))
	assert.Equal(t, "a b a", token.Name+" "+token.Memo+" "+token.Environment)
}

func TestMergeFaults(t *testing.T) {
	const notMapping = ": is not a mapping: merge a mapping, or a list of them"
	checkTokenFaults(t, []faultTest{
		{"text", "<<: base", []string{"line 9: tokens[0].<<" + notMapping}},
		{"null", "<<:", []string{"line 9: tokens[0].<<" + notMapping}},
		{"list of texts", "<<:\n  - base\n  - {memo: a}\n  - [b]", []string{
			"line 10: tokens[0].<<" + notMapping, "line 12: tokens[0].<<" + notMapping,
		}},
		{"list of itself", "<<: &list [*list]", []string{"line 9: tokens[0].<<" + notMapping}},
		{"fault where it is written", "<<:\n  name: b\n  disabled: 5\nname: a", []string{
			"line 11: tokens[0].disabled: is not true or false: write one of the two",
		}},
		{"validation finds the line", "<<:\n  name: b\n  origin_mode: 5", []string{
			"line 11: tokens[0].origin_mode: is unknown: write enforce or report, or drop the key to use the extension's",
		}},
		{"hidden fault", "<<: {disabled: 5}\ndisabled: true", nil},
	})
}

// One wrong word for thousands of tokens is one fault, where it is written.
func TestMergedFaultsAreReportedOnce(t *testing.T) {
	content := acme + "tokens:\n  - &a {organization: acme, kind: web, secret: " + secretOf(0) + ", colour: red, disabled: 5}\n"
	for i := range 100 {
		content += "  - {<<: *a, secret: " + secretOf(i+1) + "}\n"
	}
	assert.Equal(t, []string{
		"line 5: tokens[0].colour" + unknown,
		"line 5: tokens[0].disabled: is not true or false: write one of the two",
	}, texts(faultsOf(content)))
}

func TestCycles(t *testing.T) {
	for name, content := range map[string]string{
		"token in itself":         "tokens: [&a {<<: *a}]",
		"token in itself, listed": "tokens: [&a {<<: [*a, *a]}]",
		"list in itself":          "tokens: &a [*a]",
		"secrets in themselves":   "tokens: [{secrets: &a [*a]}]",
		"file in its tokens":      "&a {tokens: [{<<: *a}]}",
		"file in its tokens, too": "&a {tokens: [*a], <<: *a}",
		"key in itself":           "tokens: [&a {? *a : *a}]",
		"origins in themselves":   "tokens: [{allowed_origins: &a [*a]}]",
		"merged before it ends":   "tokens: [&a {<<: {<<: {<<: *a}, name: b}, name: a}]",
	} {
		t.Run(name, func(t *testing.T) {
			assert.NotEmpty(t, faultsOf(content))
		})
	}
}

const tooLarge = "aliases make the file too large: write records out in full"

// A few lines that stand for billions must cost no more than a large file.
func TestAliasBombs(t *testing.T) {
	listOf := func(item string, n int) string {
		return "[" + strings.TrimSuffix(strings.Repeat(item+", ", n), ", ") + "]"
	}
	tests := []struct {
		name, content string
		want          []string // nil: any faults, found soon
	}{
		{"secrets", "tokens: [&t {secrets: [&s {}, " + strings.Trim(listOf("*s", 50_000), "[]") + "]}, " +
			strings.Trim(listOf("*t", 50_000), "[]") + "]", []string{tooLarge}},
		{"texts", "tokens: [&t {signals: [&s traces, " + strings.Trim(listOf("*s", 50_000), "[]") + "]}, " +
			strings.Trim(listOf("*t", 50_000), "[]") + "]", []string{tooLarge}},
		{"merges", "tokens:\n- &t0 {name: a}\n" + chain(40, func(i int) string {
			return fmt.Sprintf("- &t%d {<<: %s}\n", i+1, listOf(fmt.Sprintf("*t%d", i), 10))
		}), nil},
		{"laughs", "tokens:\n- &t0 [lol]\n" + chain(40, func(i int) string {
			return fmt.Sprintf("- &t%d %s\n", i+1, listOf(fmt.Sprintf("*t%d", i), 10))
		}), nil},
		{"growing merges", "tokens:\n- &t0 {name: a}\n" + chain(5_000, func(i int) string {
			return fmt.Sprintf("- &t%d {<<: *t%d, a%d: b}\n", i+1, i, i)
		}), []string{tooLarge}},
		{"long chain", "tokens:\n- &t0 {name: a}\n" + chain(50_000, func(i int) string {
			return fmt.Sprintf("- &t%d {<<: *t%d}\n", i+1, i)
		}), nil},
		{"equal keys", "tokens: [{name: {" + strings.Repeat("a: b, ", 50_000) + "}}]", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			faults := faultsOf(tt.content)
			require.NotEmpty(t, faults)
			if tt.want != nil {
				assert.Equal(t, tt.want, texts(faults))
			}
		})
	}
}

func chain(n int, link func(int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(link(i))
	}
	return b.String()
}

// What ten thousand honest tokens share is no bomb.
func TestSharedOrigins(t *testing.T) {
	var b strings.Builder
	b.WriteString(acme + "tokens:\n  - {organization: acme, kind: web, secret: " + secretOf(0) + ", allowed_origins: &o [a://b")
	for i := range 50 {
		fmt.Fprintf(&b, ", https://app-%d.example.com", i)
	}
	b.WriteString("]}\n")
	for i := range 9_999 {
		fmt.Fprintf(&b, "  - {organization: acme, kind: web, secret: %s, allowed_origins: *o}\n", secretOf(i+1))
	}
	assert.Len(t, mustBuild(t, []byte(b.String())).tokens, 10_000)
}
