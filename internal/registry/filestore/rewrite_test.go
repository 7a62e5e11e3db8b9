// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// rewriteTest pairs a file and changes of it with what the file is then.
type rewriteTest struct {
	name   string
	before string
	change func(*changes)
	after  string
}

func checkRewrites(t *testing.T, tests []rewriteTest) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := withDigests(tt.before)
			after, err := rewritten(t, before, tt.change)
			require.NoError(t, err)
			assert.Equal(t, withDigests(tt.after), after)
			crlf, err := rewritten(t, strings.ReplaceAll(before, "\n", "\r\n"), tt.change)
			require.NoError(t, err)
			assert.Equal(t, strings.ReplaceAll(after, "\n", "\r\n"), crlf)
		})
	}
}

// rewritten returns what a file is after changes.
func rewritten(t *testing.T, before string, change func(*changes)) (string, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tokens.yaml")
	require.NoError(t, os.WriteFile(path, []byte(before), 0o600))
	store := Open(path, Options{})
	contents, err := store.Contents(t.Context())
	require.NoError(t, err)
	c := &changes{Contents: contents}
	change(c)
	err = store.Write(t.Context(), audit.Act{}, c.list...)
	after, readErr := os.ReadFile(path)
	require.NoError(t, readErr)
	return string(after), err
}

const commented = `# The tokens of acme.

# Everybody's.
organizations:
  # There is one.
  - id: acme   # us
    name: 'Acme Inc.'

    # for all of them
    spans_per_minute: 60_000

tokens:
  # The shop.
  - name: "Production shop" # on the web
    id: shop-web
    # belongs to
    organization: acme
    kind: web

    # its limit
    spans_per_minute: 6000    # a minute
    # client_spans_per_minute: 600
    secrets: # two
      # the old one
      - sha256: D1   # until May
        expires_at: 2027-05-01
      # the new one
      - {sha256: D2, hint: a1B2} # from May
    allowed_origins:
      - https://shop.example.com # the shop
      # the blog
      - https://blog.example.com

    # nothing more

  # The app.
  # It is old.
  - {id: shop-app, organization: acme, kind: mobile, secrets: [{sha256: D3}]} # old

  # - id: commented-out

  # The last one.
  - id: last
    organization: acme
    kind: web
    secret: S4 # for the demo
    # its end

# The end.
`

func TestFieldsChange(t *testing.T) {
	checkRewrites(t, []rewriteTest{
		{"nothing", commented, func(c *changes) { c.token("shop-web", func(*token.Token) {}) }, commented},
		{
			"limit", commented, func(c *changes) {
				c.token("shop-web", func(t *token.Token) { t.SpansPerMinute = new(int64(7)) })
			},
			strings.Replace(commented, "spans_per_minute: 6000    #", "spans_per_minute: 7    #", 1),
		},
		{
			"no limit", commented, func(c *changes) {
				c.token("shop-web", func(t *token.Token) { t.SpansPerMinute = nil })
			},
			strings.Replace(commented, "    # its limit\n    spans_per_minute: 6000    # a minute\n", "", 1),
		},
		{
			"quotes stay", commented, func(c *changes) {
				c.token("shop-web", func(t *token.Token) { t.Name = `The "shop"` })
				c.organization("acme", func(o *token.Organization) { o.Name = "Acme's" })
			},
			strings.NewReplacer(`"Production shop" #`, `"The \"shop\"" #`, "'Acme Inc.'", "'Acme''s'").Replace(commented),
		},
		{
			"quotes come", commented, func(c *changes) {
				c.token("last", func(t *token.Token) { t.Name, t.Memo = "null", "a: b #c" })
			},
			strings.Replace(commented, "  - id: last\n    organization: acme\n    kind: web\n    secret: S4 # for the demo\n",
				"  - id: last\n    organization: acme\n    name: \"null\"\n    memo: 'a: b #c'\n    kind: web\n"+
					"    secrets: # for the demo\n      - sha256: \"D4\"\n", 1),
		},
		{
			"first field", commented, func(c *changes) { c.token("shop-web", func(t *token.Token) { t.Name = "Shop" }) },
			strings.Replace(commented, `"Production shop" #`, `"Shop" #`, 1),
		},
		{
			"first field ends", commented, func(c *changes) { c.token("shop-web", func(t *token.Token) { t.Name = "" }) },
			strings.Replace(commented, "name: \"Production shop\" # on the web\n    id", "id", 1),
		},
		{
			"new fields", commented, func(c *changes) {
				c.token("shop-web", func(t *token.Token) {
					t.Environment, t.Memo, t.ClientSpansPerMinute = "production", "Ask Jo", new(int64(0))
					t.Signals = []token.Signal{token.SignalTraces, token.SignalLogs}
					t.Disabled, t.CreatedBy, t.CreatedAt, t.ExpiresAt = true, "jo", date(2027, 0), date(2028, 5)
				})
			},
			strings.NewReplacer(
				"name: \"Production shop\" # on the web\n", "name: \"Production shop\" # on the web\n    memo: Ask Jo\n",
				"    kind: web\n\n", "    kind: web\n    environment: production\n\n",
				"      - https://blog.example.com\n",
				"      - https://blog.example.com\n    signals: [traces, logs]\n",
				"6000    # a minute\n", "6000    # a minute\n    client_spans_per_minute: 0\n",
				"      - {sha256: D2, hint: a1B2} # from May\n",
				"      - {sha256: D2, hint: a1B2} # from May\n    disabled: true\n    created_at: 2027-01-31T00:00:00Z\n"+
					"    created_by: jo\n    expires_at: 2028-01-31T05:00:00Z\n",
			).Replace(commented),
		},
		{
			"a token in one line", commented, func(c *changes) {
				c.token("shop-app", func(t *token.Token) { t.Name, t.SpansPerMinute = "App, old", new(int64(5)) })
			},
			strings.Replace(commented, "{id: shop-app, organization: acme, kind: mobile, secrets: [{sha256: D3}]} # old",
				"{id: shop-app, organization: acme, name: 'App, old', kind: mobile, spans_per_minute: 5, "+
					"secrets: [{sha256: D3}]} # old", 1),
		},
		{
			"several records", commented, func(c *changes) {
				c.token("last", func(t *token.Token) { t.Kind = token.KindMobile })
				c.organization("acme", func(o *token.Organization) { o.SpansPerMinute = new(int64(1)) })
				c.token("shop-web", func(t *token.Token) { t.Kind = token.KindMobile })
			},
			strings.NewReplacer("kind: web", "kind: mobile", "60_000", "1", "secret: S4 # for the demo\n",
				"secrets: # for the demo\n      - sha256: \"D4\"\n").Replace(commented),
		},
	})
}

func TestListsInRecordsChange(t *testing.T) {
	checkRewrites(t, []rewriteTest{
		{
			"a secret more", commented, func(c *changes) {
				c.token("shop-web", func(t *token.Token) {
					t.Secrets = append(t.Secrets, token.Secret{SHA256: digestOf(7), Hint: "1234", CreatedAt: date(2027, 1)})
				})
			},
			strings.Replace(commented, "a1B2} # from May\n", "a1B2} # from May\n      - sha256: \"D7\"\n"+
				"        hint: \"1234\"\n        created_at: 2027-01-31T01:00:00Z\n", 1),
		},
		{
			"a secret less", commented, func(c *changes) {
				c.token("shop-web", func(t *token.Token) { t.Secrets = t.Secrets[1:] })
			},
			strings.Replace(commented, "      # the old one\n      - sha256: D1   # until May\n        expires_at: 2027-05-01\n",
				"", 1),
		},
		{
			"the last secret less", commented, func(c *changes) {
				c.token("shop-web", func(t *token.Token) { t.Secrets = t.Secrets[:1] })
			},
			strings.Replace(commented, "      # the new one\n      - {sha256: D2, hint: a1B2} # from May\n", "", 1),
		},
		{
			"secrets expire", commented, func(c *changes) {
				c.token("shop-web", func(t *token.Token) {
					t.Secrets[0].ExpiresAt, t.Secrets[1].ExpiresAt = date(2027, 3), date(2027, 4)
				})
			},
			strings.NewReplacer("expires_at: 2027-05-01", "expires_at: 2027-01-31T03:00:00Z",
				"hint: a1B2} # from May", "hint: a1B2, expires_at: '2027-01-31T04:00:00Z'} # from May").Replace(commented),
		},
		{
			"other secrets", commented, func(c *changes) {
				c.token("shop-web", func(t *token.Token) { t.Secrets = webToken("", 8, 9).Secrets })
			},
			strings.Replace(commented, `      # the old one
      - sha256: D1   # until May
        expires_at: 2027-05-01
      # the new one
      - {sha256: D2, hint: a1B2} # from May
`, `      - sha256: "D8"
      - sha256: "D9"
`, 1),
		},
		{
			"origins", commented, func(c *changes) {
				c.token("shop-web", func(t *token.Token) {
					t.AllowedOrigins = []string{"https://a.example.com", "https://shop.example.com", "https://b.example.com"}
				})
			},
			strings.Replace(commented, `      - https://shop.example.com # the shop
      # the blog
      - https://blog.example.com
`, `      - "https://a.example.com"
      - https://shop.example.com # the shop
      - "https://b.example.com"
`, 1),
		},
		{
			"origins in another order", commented, func(c *changes) {
				c.token("shop-web", func(t *token.Token) {
					t.AllowedOrigins = []string{"https://blog.example.com", "https://shop.example.com"}
				})
			},
			strings.Replace(commented, `      - https://shop.example.com # the shop
      # the blog
      - https://blog.example.com
`, `      # the blog
      - https://blog.example.com
      - "https://shop.example.com"
`, 1),
		},
		{
			"no origins", commented, func(c *changes) {
				c.token("shop-web", func(t *token.Token) { t.AllowedOrigins = nil })
			},
			strings.Replace(commented, `    allowed_origins:
      - https://shop.example.com # the shop
      # the blog
      - https://blog.example.com
`, "", 1),
		},
		{
			"members come", commented, func(c *changes) {
				c.organization("acme", func(o *token.Organization) {
					o.Members = []token.Member{{User: "jo", Role: "owner", Email: "jo@example.com"}, {User: "kim", Role: "viewer"}}
				})
			},
			strings.Replace(commented, "60_000\n", `60_000
    members:
      - user: jo
        role: owner
        email: jo@example.com
      - user: kim
        role: viewer
`, 1),
		},
		{
			"lists in one line", "organizations: [{id: acme}]\ntokens:\n- id: a\n  organization: acme\n  kind: web\n" +
				"  allowed_origins: [ https://a.example.com,  'https://b.example.com' ] # both\n  secrets: [{sha256: D1}]\n",
			func(c *changes) {
				c.token("a", func(t *token.Token) {
					t.AllowedOrigins = append(t.AllowedOrigins, "https://c.example.com")
					t.Secrets = append(t.Secrets, webToken("", 2).Secrets...)
				})
			},
			"organizations: [{id: acme}]\ntokens:\n- id: a\n  organization: acme\n  kind: web\n" +
				"  allowed_origins: ['https://a.example.com', 'https://b.example.com', \"https://c.example.com\"] # both\n" +
				"  secrets: [{sha256: D1}, {sha256: \"D2\"}]\n",
		},
	})
}

// short is a file as programs write it.
const short = `organizations:
  - id: acme
tokens:
  - id: a
    organization: acme
    kind: web
    secrets:
      - sha256: "D1"
  - id: b
    organization: acme
    kind: web
    secrets:
      - sha256: "D2"
`

const shortC = `  - id: c
    organization: acme
    kind: web
    secrets:
      - sha256: "D3"
`

func createC(c *changes) { c.createToken(webToken("c", 3)) }

func createBell(c *changes) {
	c.createOrganization(token.Organization{ID: "bell", SpansPerMinute: new(int64(5))})
}

func TestRecordsCome(t *testing.T) {
	checkRewrites(t, []rewriteTest{
		{"token", short, createC, short + shortC},
		{"no line end", strings.TrimSuffix(short, "\n"), createC, strings.TrimSuffix(short+shortC, "\n")},
		{
			"organization", short, createBell,
			strings.Replace(short, "acme\n", "acme\n  - id: bell\n    spans_per_minute: 5\n", 1),
		},
		{
			"between comments and blank lines", commented, func(c *changes) { c.createToken(webToken("c", 5)) },
			strings.Replace(commented, "    # its end\n", "    # its end\n\n"+strings.Replace(shortC, "D3", "D5", 1), 1),
		},
		{
			"two", short, func(c *changes) { createC(c); c.createToken(webToken("d", 4)) },
			short + shortC + strings.NewReplacer("id: c", "id: d", "D3", "D4").Replace(shortC),
		},
		{
			"to none", "organizations: [{id: acme}]\ntokens: [] # none yet\n# The end.\n", createC,
			"organizations: [{id: acme}]\ntokens: # none yet\n" + shortC + "# The end.\n",
		},
		{
			"to none, in lines", "organizations: [{id: acme}]\ntokens:\n  []\n", createC,
			"organizations: [{id: acme}]\ntokens:\n" + shortC,
		},
		{
			"first organization", "# A file.\ntokens: []\n", createBell,
			"# A file.\norganizations:\n  - id: bell\n    spans_per_minute: 5\ntokens: []\n",
		},
		{
			"first organization, tokens have a comment", "# A file.\n\n# Tokens.\ntokens: []\n", createBell,
			"# A file.\n\norganizations:\n  - id: bell\n    spans_per_minute: 5\n# Tokens.\ntokens: []\n",
		},
		{
			"organizations without a value", "---\norganizations: # none\n\ntokens: []\n", createBell,
			"---\norganizations: # none\n  - id: bell\n    spans_per_minute: 5\n\ntokens: []\n",
		},
		{
			"dashes below the name", strings.NewReplacer("\n      -", "\n  -", "\n  ", "\n").Replace(short), createC,
			strings.NewReplacer("\n      -", "\n  -", "\n  ", "\n").Replace(short + shortC),
		},
		{
			"four columns", strings.NewReplacer("\n  ", "\n    ").Replace(short), createC,
			strings.NewReplacer("\n  ", "\n    ").Replace(short) +
				"    - id: c\n      organization: acme\n      kind: web\n      secrets:\n          - sha256: \"D3\"\n",
		},
		{
			"wide dashes", "organizations: [{id: acme}]\ntokens:\n-   id: a\n    organization: acme\n    kind: web\n    secret: S1\n",
			createC,
			"organizations: [{id: acme}]\ntokens:\n-   id: a\n    organization: acme\n    kind: web\n    secret: S1\n" +
				"-   id: c\n    organization: acme\n    kind: web\n    secrets:\n    - sha256: \"D3\"\n",
		},
		{"with everything", short, func(c *changes) {
			full := webToken("c")
			full.Name, full.Memo, full.Environment, full.OriginMode = "Größe", "yes", "production", token.OriginReport
			full.AllowedOrigins = []string{"https://a.example.com", "https://*.example.com"}
			full.Signals = []token.Signal{token.SignalTraces}
			full.SpansPerMinute, full.ClientSpansPerMinute = new(int64(6000)), new(int64(0))
			full.Secrets = []token.Secret{
				{SHA256: digestOf(3), Hint: "a1B2", CreatedAt: date(2026, 1), ExpiresAt: date(2027, 1)}, {SHA256: digestOf(4)},
			}
			full.Disabled, full.CreatedAt, full.CreatedBy, full.ExpiresAt = true, date(2025, 1), "jo", date(2028, 1)
			c.createToken(full)
		}, short + `  - id: c
    organization: acme
    name: Größe
    memo: yes
    kind: web
    environment: production
    allowed_origins: ["https://a.example.com", "https://*.example.com"]
    origin_mode: report
    signals: [traces]
    spans_per_minute: 6000
    client_spans_per_minute: 0
    secrets:
      - sha256: "D3"
        hint: a1B2
        created_at: 2026-01-31T01:00:00Z
        expires_at: 2027-01-31T01:00:00Z
      - sha256: "D4"
    disabled: true
    created_at: 2025-01-31T01:00:00Z
    created_by: jo
    expires_at: 2028-01-31T01:00:00Z
`},
		{"plain secret", short, func(c *changes) {
			c.createToken(token.Token{ID: "c", Organization: "acme", Kind: "web", Secret: token.Plaintext(secretOf(3))})
		}, short + shortC},
		{
			"without id", short, func(c *changes) { c.createToken(webToken("", 3)) },
			short + strings.Replace(shortC, "id: c", "id: "+token.DerivedID(digestOf(3)), 1),
		},
	})
}

func TestRecordsGo(t *testing.T) {
	without := func(text string) string { return strings.Replace(commented, text, "", 1) }
	const lastToken = `
  # The last one.
  - id: last
    organization: acme
    kind: web
    secret: S4 # for the demo
    # its end
`
	shortA := strings.NewReplacer("id: c", "id: a", "D3", "D1").Replace(shortC)
	checkRewrites(t, []rewriteTest{
		{"first", short, func(c *changes) { c.deleteToken("a") }, strings.Replace(short, shortA, "", 1)},
		{
			"with comments", commented, func(c *changes) { c.deleteToken("shop-app") },
			without("  # The app.\n  # It is old.\n  - {id: shop-app, organization: acme, kind: mobile, " +
				"secrets: [{sha256: D3}]} # old\n\n"),
		},
		{"last", commented, func(c *changes) { c.deleteToken("last") }, without(lastToken)},
		{"last of the file", short + shortC, func(c *changes) { c.deleteToken("c") }, short},
		{
			"two", commented, func(c *changes) { c.deleteToken("last"); c.deleteToken("shop-app") },
			strings.Replace(without(lastToken), "  # The app.\n  # It is old.\n  - {id: shop-app, organization: acme, "+
				"kind: mobile, secrets: [{sha256: D3}]} # old\n\n", "", 1),
		},
		{
			"all", short, func(c *changes) { c.deleteToken("a"); c.deleteToken("b"); c.deleteOrganization("acme") },
			"organizations: []\ntokens: []\n",
		},
		{
			"one comes", short, func(c *changes) { c.deleteToken("a"); createC(c); c.deleteToken("b") },
			"organizations:\n  - id: acme\ntokens:\n" + shortC,
		},
		{
			"comes back", short, func(c *changes) { c.deleteToken("a"); c.createToken(webToken("a", 3)) },
			strings.Replace(short, shortA, "", 1) + strings.Replace(shortC, "id: c", "id: a", 1),
		},
		{"comes and goes", short, func(c *changes) {
			createC(c)
			c.list = append(c.list, registry.DeleteToken("c", 0))
		}, short},
	})
}
