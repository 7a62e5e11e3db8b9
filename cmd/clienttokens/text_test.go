// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

func TestPlain(t *testing.T) {
	for text, want := range map[string]string{
		"Shop 株式会社 🛒":     "Shop 株式会社 🛒",
		"a\x1b[31mb":      `a\x1b[31mb`,
		"a\nb\rc\td":      `a\nb\rc\td`,
		"a\u202eb\u2066c": `a\u202eb\u2066c`,
		"a\u2028b":        `a\u2028b`,
		"a\xffb":          `a\ufffdb`,
		"a\u009bb":        `a\u009bb`,
	} {
		assert.Equal(t, want, plain(text))
	}
	assert.Equal(t, "a\n  b\\x1b", plainLines("a\n\tb\x1b"))
}

// Who looks for an id finds it, at a terminal and in a pipe, where a record is one line.
func TestIDsAreNotCut(t *testing.T) {
	r := newRig(t, "file")
	r.must(t, "clienttokens organization create --id acme --name '"+strings.Repeat("Acme ", 12)+"Inc.'")
	ids := []string{"production-checkout-frontend-eu-west-1-of-acme", "production-checkout-frontend-eu-west-2-of-acme"}
	for _, id := range ids {
		r.must(t, "clienttokens create --organization acme --kind web --environment production --name 'In Europe' --id "+id)
	}
	for _, width := range []int{plainWidth, unbounded} {
		r.width = width
		for _, line := range []string{"list", "audit"} {
			out := r.must(t, "clienttokens "+line)
			for _, id := range ids {
				assert.Contains(t, out, id, line)
			}
		}
	}
	assert.NotContains(t, r.must(t, "clienttokens list")+r.must(t, "clienttokens organization list"), "…")
}

// What a file holds that validation would refuse can't move the cursor.
func TestTablesAreEscaped(t *testing.T) {
	tab := table{columns: []column{{title: "ID"}, {title: "NAME", turn: 1}}}
	tab.add("a", "x\x1b[2Jy\nz")
	var b strings.Builder
	tab.write(&b, plainWidth)
	assert.Equal(t, "ID  NAME\na   x\\x1b[2Jy\\nz\n", b.String())
}

func TestTable(t *testing.T) {
	columns := []column{
		{title: "ID", turn: 2, least: 4}, {title: "NAME", turn: 1, least: 5}, {title: "N", right: true}, {title: "EMPTY"},
	}
	for width, want := range map[int]string{
		80: "ID        NAME            N\nshop-web  株式会社日本  100\na         b               1\n",
		24: "ID        NAME         N\nshop-web  株式会社…  100\na         b            1\n",
		20: "ID        NAME     N\nshop-web  株式…  100\na         b        1\n",
		16: "ID    NAME     N\nsho…  株式…  100\na     b        1\n",
		1:  "ID    NAME     N\nsho…  株式…  100\na     b        1\n",
	} {
		tab := table{columns: columns}
		tab.add("shop-web", "株式会社日本", "100", "")
		tab.add("a", "b", "1", "")
		var b strings.Builder
		tab.write(&b, width)
		assert.Equal(t, want, b.String(), width)
	}
}

func TestWrap(t *testing.T) {
	for text, want := range map[string][]string{
		"":                           {""},
		"a b c":                      {"a b c"},
		"one two three four":         {"one two", "three four"},
		"abcdefghijklmnopqrstuvwxyz": {"abcdefghij", "klmnopqrst", "uvwxyz"},
		"日本語日本語":                     {"日本語日本", "語"},
		"a 日本語日本語 b":                 {"a", "日本語日本", "語 b"},
	} {
		assert.Equal(t, want, wrap(text, 10), text)
	}
}

func TestDistances(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	for d, want := range map[time.Duration]string{
		0: "just now", -59 * time.Second: "just now", -time.Minute: "1 minute ago", time.Second: "in 1 second",
		119 * time.Minute: "in 119 minutes", 2 * time.Hour: "in 2 hours", 24*time.Hour - time.Second: "in 24 hours",
		48 * time.Hour: "in 2 days", 90*day - time.Second: "in 90 days", -5 * day: "5 days ago",
	} {
		assert.Equal(t, want, distance(now, now.Add(d)))
	}
}

func TestStates(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	two := []token.Secret{{ExpiresAt: now.Add(time.Hour)}, {}}
	for want, record := range map[string]token.Token{
		"active":       {Secrets: two[1:]},
		"rotating":     {Secrets: two},
		"disabled":     {Secrets: two, Disabled: true, ExpiresAt: now},
		"expired":      {Secrets: two, ExpiresAt: now},
		"ends in 60m":  {Secrets: two[:1]},
		"ends in 3d":   {Secrets: two, ExpiresAt: now.Add(3 * day)},
		"ends in 14d":  {Secrets: two[1:], ExpiresAt: now.Add(14 * day)},
		"ends in 119m": {Secrets: two[1:], ExpiresAt: now.Add(119 * time.Minute)},
	} {
		assert.Equal(t, want, state(&record, now))
	}
	far := token.Token{Secrets: two[1:], ExpiresAt: now.Add(15 * day)}
	assert.Equal(t, "active", state(&far, now))
}

// Secrets in the wrong place don't get into what a script logs.
func TestErrorsHoldNoSecret(t *testing.T) {
	secret := "ct" + strings.Repeat("a", 62)
	for _, line := range []string{
		secret, "show " + secret, "list " + secret, "explain " + secret, "list --file " + secret, "list --" + secret,
		"list --timeout " + secret, "create --spans-per-minute " + secret, "create --id " + secret,
		"create --organization " + secret,
		"create --origin " + secret, "create --kind " + secret, "import " + secret, "lint " + secret, "list -o " + secret,
		"list --redis " + secret, "organization " + secret, "rotate x --grace " + secret,
	} {
		_, message, code := newRig(t, "file").do(t, "clienttokens "+line)
		assert.NotEqual(t, exitOK, code, line)
		assert.NotContains(t, message, secret, line)
	}
}
