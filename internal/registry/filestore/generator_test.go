// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// generator draws records that have no fault. Digests and ids are never drawn twice.
type generator struct {
	*rapid.T

	digests int
	ids     map[string]bool
}

func newGenerator(t *rapid.T) *generator {
	return &generator{T: t, ids: map[string]bool{}}
}

func (g *generator) n(most int) int { return rapid.IntRange(0, most).Draw(g.T, "n") }

func (g *generator) records() *registry.Records {
	r := &registry.Records{}
	for range 1 + g.n(2) {
		r.Organizations = append(r.Organizations, g.organization())
	}
	for range g.n(4) {
		r.Tokens = append(r.Tokens, g.token(r))
	}
	return r
}

func (g *generator) organization() token.Organization {
	o := token.Organization{ID: g.id(), Name: g.text(100), SpansPerMinute: g.limit()}
	for i := range g.n(2) {
		o.Members = append(o.Members, token.Member{
			User:  fmt.Sprint(i, g.text(50)),
			Role:  rapid.SampledFrom([]token.Role{"owner", "manager", "viewer"}).Draw(g.T, "role"),
			Email: rapid.SampledFrom([]string{"", "jo@example.com", "o'brien+a#b@例え.jp", "-@example.com"}).Draw(g.T, "email"),
		})
	}
	return o
}

func (g *generator) token(r *registry.Records) token.Token {
	t := token.Token{
		ID: g.id(), Organization: rapid.SampledFrom(r.Organizations).Draw(g.T, "organization").ID,
		Name: g.text(100), Memo: g.text(1000), Environment: g.text(100), CreatedBy: g.text(254),
		Kind:           rapid.SampledFrom([]token.Kind{"web", "mobile", "remote_write"}).Draw(g.T, "kind"),
		OriginMode:     rapid.SampledFrom([]token.OriginMode{"", "enforce", "report"}).Draw(g.T, "mode"),
		SpansPerMinute: g.limit(), ClientSpansPerMinute: g.limit(), Disabled: rapid.Bool().Draw(g.T, "disabled"),
	}
	t.CreatedAt, t.ExpiresAt = g.times()
	if t.Kind != token.KindRemoteWrite {
		t.AllowedOrigins = g.some("https://a.example.com", "https://*.example.com:8443", "*", "null", "android://a.b")
		for _, s := range g.some("traces", "metrics", "logs", "profiles") {
			t.Signals = append(t.Signals, token.Signal(s))
		}
	}
	for range 1 + g.n(2) {
		t.Secrets = append(t.Secrets, g.secret())
	}
	return t
}

func (g *generator) secret() token.Secret {
	g.digests++
	s := token.Secret{SHA256: digestOf(g.digests)}
	s.Hint = rapid.StringOfN(rapid.RuneFrom(nil, visible), 0, 4, -1).Draw(g.T, "hint")
	s.CreatedAt, s.ExpiresAt = g.times()
	return s
}

var visible = &unicode.RangeTable{R16: []unicode.Range16{{Lo: '!', Hi: '~', Stride: 1}}}

// id draws ids that look like something else, too.
func (g *generator) id() string {
	id := rapid.SampledFrom([]string{"null", "true", "no", "1e5", "007", "1_000", "0x1f", "2026-01-31", "a", "a.b-c_d", "y"}).
		Filter(func(id string) bool { return !g.ids[id] }).Draw(g.T, "id")
	if len(g.ids) > 4 {
		id = fmt.Sprint(id, ".", len(g.ids))
	}
	g.ids[id] = true
	return id
}

func (g *generator) limit() *int64 {
	return rapid.SampledFrom([]*int64{nil, new(int64(0)), new(int64(8)), new(int64(token.MaxLimit))}).Draw(g.T, "limit")
}

func (g *generator) some(all ...string) []string {
	if n := g.n(len(all)); n > 0 {
		return rapid.Permutation(all).Draw(g.T, "some")[:n]
	}
	return nil
}

func (g *generator) times() (created, expires time.Time) {
	if rapid.Bool().Draw(g.T, "created") {
		created = g.time(0)
	}
	if rapid.Bool().Draw(g.T, "expires") {
		expires = g.time(5e9)
	}
	return created, expires
}

func (g *generator) time(from int64) time.Time {
	zone := time.FixedZone("", rapid.IntRange(-14*60, 14*60).Draw(g.T, "zone")*60)
	nanoseconds := rapid.SampledFrom([]int64{0, 1, 123_456_000}).Draw(g.T, "nanoseconds")
	return time.Unix(from+rapid.Int64Range(0, 4e9).Draw(g.T, "seconds"), nanoseconds).In(zone)
}

// text draws texts that YAML could take for something else, and any others.
func (g *generator) text(longest int) string {
	tricky := rapid.SampledFrom([]string{
		"", "null", "~", "yes", "no", "on", "y", "true", "False", "0", "-1", "0x1F", "0o7", "1_000", "1e3", ".inf", ".nan", "+12",
		"2026-01-31", "2026-01-31T00:00:00Z", "12:30:45", " in front", "behind ", "# comment", "a #b", "a: b", "a:", ":a", "- a",
		"-", "---", "...", "{a}", "[a", "]", "a, b", "'", `"`, `\`, `\n`, `a\tb`, "%a", "@a", "`a", "|", "|-\\n a", "> a", "!tag",
		"!!str a", "&a", "*a", "?", "? a", "<<", "=", "\u00a0", "\u3000a", "\ufeffa", "\u200f", "👩‍💻", "é", "e\u0301",
		strings.Repeat("a ", 50), strings.Repeat("例", 100),
	})
	anything := rapid.Map(rapid.StringOfN(rapid.Rune(), 0, min(longest, 30), -1), harmless)
	text := rapid.OneOf(tricky, tricky, anything).Draw(g.T, "text")
	return string([]rune(text)[:min(longest, len([]rune(text)))])
}

// harmless leaves out what no text may have in it.
func harmless(text string) string {
	return strings.Map(func(r rune) rune {
		bidirectional := '\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069'
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || bidirectional {
			return -1
		}
		return r
	}, text)
}
