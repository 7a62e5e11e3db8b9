// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

func limitA(c *changes) { c.token("a", func(t *token.Token) { t.SpansPerMinute = new(int64(5)) }) }

// Forms of YAML that few use. Where lines can't be changed alone, the whole file is written anew.
func TestUnusualForms(t *testing.T) {
	checkRewrites(t, []rewriteTest{
		{
			"JSON", `{"organizations": [{"id": "acme"}],
 "tokens": [{"id": "a", "organization": "acme", "kind": "web", "secrets": [{"sha256": "D1"}]}]}
`, limitA,
			`{"organizations": [{"id": "acme"}], "tokens": [{"id": "a", "organization": "acme", "kind": "web", ` +
				`spans_per_minute: 5, "secrets": [{"sha256": "D1"}]}]}
`,
		},
		{
			"list in one line", `organizations: [{id: acme}]
tokens: [{id: a, organization: acme, kind: web, secret: S1}] # one
`, createC, `organizations: [{id: acme}]
tokens: [{id: a, organization: acme, kind: web, secret: S1}, ` +
				"{id: c, organization: acme, kind: web, secrets: [{sha256: \"D3\"}]}] # one\n",
		},
		{
			"list in brackets", `organizations: [{id: acme}]
tokens: [
  # the first
  {id: a, organization: acme, kind: web, secret: S1}, # a
  {id: b, organization: acme, kind: web, secret: S2},
]
# the end
`, func(c *changes) { c.deleteToken("b"); limitA(c) }, `organizations: [{id: acme}]
tokens: [
  # the first
  {id: a, organization: acme, kind: web, spans_per_minute: 5, secrets: [{sha256: "D1"}]} # a
]
# the end
`,
		},
		{
			"dashes alone", `organizations:
-
  id: acme
tokens:
  -
    # a
    id: a
    organization: acme
    kind: web
    secrets:
      -
        sha256: D1
`, limitA, `organizations:
-
  id: acme
tokens:
  -
    # a
    id: a
    organization: acme
    kind: web
    spans_per_minute: 5
    secrets:
      -
        sha256: D1
`,
		},
		{
			"long texts", short + `  - id: c
    name: >-
      A name
      in two lines
    memo: "A memo
      # in two"
    organization: acme
    kind: web
    secret: S3
`, func(c *changes) {
				c.token("c", func(t *token.Token) { t.Name, t.Memo = t.Name+", changed", "A memo" })
			}, short + `  - id: c
    name: A name in two lines, changed
    memo: "A memo"
    organization: acme
    kind: web
    secrets:
      - sha256: "D3"
`,
		},
		{
			"long text at the end", short + shortC + `    memo: >-
      A memo
      # in two lines
`, func(c *changes) { c.deleteToken("c") }, short,
		},
		{
			"nothing in the values", short + `    name:
    memo: ""
    disabled: false
`, func(c *changes) {
				c.token("b", func(t *token.Token) { t.Name, t.Disabled = "B", true })
			}, short + `    name: B
    memo: ""
    disabled: true
`,
		},
		{"end of the document", short + "...\n", createC, short + shortC},
		{
			"question marks", `organizations: [{id: acme}]
tokens:
  - ? id
    : a
    ? organization
    : acme
    ? kind
    : web
    ? secret
    : S1
`, limitA, `organizations: [{id: acme}]
tokens:
  - id: a
    organization: acme
    kind: web
    spans_per_minute: 5
    secrets:
      - sha256: "D1"
`,
		},
		{
			"quoted names", `"organizations": [{"id": acme}]
'tokens':
  - 'id': a
    "organization": acme
    "kind": web # kind
    "secret": S1
    "spans_per_minute":    # limit
      6
`, limitA, `"organizations": [{"id": acme}]
'tokens':
  - 'id': a
    "organization": acme
    "kind": web # kind
    "secrets":
      - sha256: "D1"
    "spans_per_minute": 5    # limit
`,
		},
		{
			"quoted times", short + `    expires_at: '2030-01-31T00:00:00Z'
    created_at: 2020-01-31T12:00:00+02:00
`, func(c *changes) {
				c.token("b", func(t *token.Token) { t.ExpiresAt = date(2040, 0) })
			}, short + `    expires_at: '2040-01-31T00:00:00Z'
    created_at: 2020-01-31T12:00:00+02:00
`,
		},
		{
			"quoted words", short + "    disabled: 'no'\n", func(c *changes) {
				c.token("b", func(t *token.Token) { t.Disabled = true })
			}, short + "    disabled: true\n",
		},
	})
}

func TestByteOrderMark(t *testing.T) {
	after, err := rewritten(t, withDigests("\ufeff"+short), createC)
	require.NoError(t, err)
	assert.Equal(t, withDigests("\ufeff"+short+shortC), after)
}

// A file that two editors have written in two ways.
func TestSomeCarriageReturns(t *testing.T) {
	const comment = "# b\r\n"
	for before, after := range map[string]string{
		short + comment:                         short + shortC + comment,
		"# a\r\n" + short:                       "# a\r\n" + short + shortC,
		short + "    name: B # b\r\n" + comment: short + "    name: B # b\r\n" + shortC + comment,
	} {
		got, err := rewritten(t, withDigests(before), createC)
		require.NoError(t, err)
		assert.Equal(t, withDigests(after), got)
	}
	const inBrackets = comment + "{tokens: [], organizations: [{id: acme}]}\n"
	got, err := rewritten(t, inBrackets, createC)
	require.ErrorContains(t, err, "edit the file by hand")
	assert.Equal(t, inBrackets, got)
}

const shared = `organizations: [{id: acme}]
tokens:
  - &a
    id: a
    organization: &o acme
    kind: web
    spans_per_minute: 6000
    allowed_origins: &origins ["https://a.example.com"]
    secrets: [{sha256: D1}]
  - <<: *a
    id: b # the second
    allowed_origins: *origins
    secrets: [{sha256: D2}]
  - {<<: *a, id: c, secrets: [{sha256: D3}]}
`

// What records share is left alone.
func TestSharedValues(t *testing.T) {
	checkRewrites(t, []rewriteTest{
		{
			"own field", shared, func(c *changes) { c.token("b", func(t *token.Token) { t.Name = "B" }) },
			strings.Replace(shared, "# the second\n", "# the second\n    name: B\n", 1),
		},
		{
			"own value", shared, func(c *changes) {
				c.token("b", func(t *token.Token) { t.SpansPerMinute, t.AllowedOrigins = new(int64(5)), []string{"*"} })
			},
			strings.Replace(shared, "*origins", "[\"*\"]\n    spans_per_minute: 5", 1),
		},
		{
			"in one line", shared, func(c *changes) { c.token("c", func(t *token.Token) { t.SpansPerMinute = new(int64(5)) }) },
			strings.Replace(shared, "id: c, secrets", "id: c, spans_per_minute: 5, secrets", 1),
		},
		{
			"a field that the others have themselves", shared, func(c *changes) {
				c.token("a", func(t *token.Token) { t.Secrets = webToken("", 4).Secrets })
			},
			strings.Replace(shared, "{sha256: D1}", `{sha256: "D4"}`, 1),
		},
		{"one goes", shared, func(c *changes) { c.deleteToken("b") }, strings.Replace(shared, `  - <<: *a
    id: b # the second
    allowed_origins: *origins
    secrets: [{sha256: D2}]
`, "", 1)},
		{"one comes", shared, func(c *changes) { c.createToken(webToken("d", 4)) }, shared + `  - id: d
    organization: acme
    kind: web
    secrets:
      - sha256: "D4"
`},
	})
}

func TestSharedValuesThatWouldChange(t *testing.T) {
	for name, change := range map[string]func(*changes){
		"a": func(c *changes) { limitA(c) },
		"b": func(c *changes) { c.token("b", func(t *token.Token) { t.SpansPerMinute = nil }) },
		"c": func(c *changes) { c.deleteToken("a"); c.token("c", func(t *token.Token) { t.Disabled = true }) },
	} {
		t.Run(name, func(t *testing.T) {
			before := withDigests(shared)
			after, err := rewritten(t, before, change)
			require.ErrorContains(t, err, "token "+name+" can't be changed by a program: other records share what is written "+
				"there (anchors, aliases, merge keys), or it is written in an unusual way: edit the file by hand")
			assert.Equal(t, before, after)
		})
	}
}
