// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package strictyaml

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

const (
	notNumber = ": is not a whole number: write one such as 6000"
	notTime   = ": is not a time: write one such as 2026-01-31T00:00:00Z"
	notText   = ": is not a text: write one, in quotes if it has special characters"
	unknown   = ": no such field: remove it, or correct its name"
)

func TestValueFaults(t *testing.T) {
	checkBookFaults(t, []faultTest{
		{"fraction", "copies: 0.5", []string{"line 4: books[0].copies" + notNumber}},
		{"exponent", "copies: 1e3", []string{"line 4: books[0].copies" + notNumber}},
		{"octal", "copies: 0600", []string{"line 4: books[0].copies" + notNumber}},
		{"infinity", "copies: .inf", []string{"line 4: books[0].copies" + notNumber}},
		{"huge", "copies: 99999999999999999999", []string{"line 4: books[0].copies" + notNumber}},
		{"quoted number", `copies: "6000"`, []string{"line 4: books[0].copies" + notNumber}},
		{"tagged number", "copies: !!int many", []string{"line 4: books[0].copies" + notNumber}},
		{"word", "copies_per_reader: many", []string{"line 4: books[0].copies_per_reader" + notNumber}},
		{
			"no limit by mistake", "copies:",
			[]string{"line 4: books[0].copies: has no value: write one such as 6000, or remove the key"},
		},
		{"no zone", "due_at: 2026-01-31T10:00:00", []string{"line 4: books[0].due_at" + notTime}},
		{"number as time", "due_at: 1767225600", []string{"line 4: books[0].due_at" + notTime}},
		{"list as time", "due_at: [2026-01-31]", []string{"line 4: books[0].due_at" + notTime}},
		{
			"no end by mistake", "due_at: ~",
			[]string{"line 4: books[0].due_at: has no value: write one such as 2026-01-31T00:00:00Z, or remove the key"},
		},
		{"bool", "lost: 1", []string{"line 4: books[0].lost: is not true or false: write one of the two"}},
		{
			"not lost by mistake", "lost:",
			[]string{"line 4: books[0].lost: has no value: write one of the two, or remove the key"},
		},
		{"mapping as text", "title: {a: b, a: b}", []string{"line 4: books[0].title" + notText}},
		{
			"text as list", "genres: crime",
			[]string{"line 4: books[0].genres: is not a list: write [a, b], or start each entry with a dash"},
		},
		{"list in list", "genres:\n  - crime\n  - [sports]", []string{"line 6: books[0].genres[1]" + notText}},
		{
			"text of a type's own", "editions:\n  - isbn: 5",
			[]string{"line 5: books[0].editions[0].isbn: is not an ISBN: write its 13 digits"},
		},
		{
			"none of a type's own", "editions: [isbn: ]",
			[]string{"line 4: books[0].editions[0].isbn: has no value: write its 13 digits, or remove the key"},
		},
		{"no record", "editions:\n  -", []string{"line 5: books[0].editions[0]: is empty: write its fields, or remove the dash"}},
		{
			"tag", "title: !vault abc",
			[]string{"line 4: books[0].title: has a tag: remove the word that starts with !"},
		},
		{
			"binary", "title: !!binary YWJj",
			[]string{"line 4: books[0].title: has a tag: remove the word that starts with !"},
		},
		{
			"null by tag", "genres: !!null [crime]",
			[]string{"line 4: books[0].genres: has a tag: remove the word that starts with !"},
		},
		{
			"type error by alias", "title: &title shop\ndue_at: *title",
			[]string{"line 5: books[0].due_at" + notTime},
		},
	})
}

func TestFieldFaults(t *testing.T) {
	checkBookFaults(t, []faultTest{
		{"unknown", "colour: red", []string{"line 4: books[0].colour" + unknown}},
		{
			"misspelt", "copies_per_readers: 5",
			[]string{"line 4: books[0].copies_per_readers: no such field: remove it, or write copies_per_reader"},
		},
		{
			"camel case", "copiesPerReader: 5",
			[]string{"line 4: books[0].copiesPerReader: no such field: remove it, or write copies_per_reader"},
		},
		{"upper case", "ID: a", []string{"line 4: books[0].ID: no such field: remove it, or write id"}},
		{"long", "something_quite_different: 5", []string{"line 4: books[0].?" + unknown}},
		{"not printable", `"a\e[2J": 5`, []string{"line 4: books[0].?" + unknown}},
		{"empty", `"": 5`, []string{"line 4: books[0].?" + unknown}},
		{"number", "5: 5", []string{"line 4: books[0].?" + unknown}},
		{"null", "~: 5", []string{"line 4: books[0].?" + unknown}},
		{"list", "? [id]\n: 5", []string{"line 4: books[0].?" + unknown}},
		{"mapping", "{id: a}: 5", []string{"line 4: books[0].?" + unknown}},
		{"quoted merge", `"<<": {id: a}`, []string{"line 4: books[0].?" + unknown}},
		{"twice", "id: a\nid: b", []string{"line 5: books[0].id: given twice: remove one"}},
		{"anchor of a field's name", "memo: &id x\n*id : 5", []string{"line 5: books[0].x" + unknown}},
		{"list twice", "kind:\n  - sha: 5", []string{"line 4: books[0].kind: given twice: remove one"}},
	})
}

func TestValues(t *testing.T) {
	tests := []struct {
		name, lines string
		want        func(*book)
	}{
		{"underscores", "copies: 6_000", func(b *book) { b.Copies = new(int64(6000)) }},
		{"hexadecimal", "copies: 0x10", func(b *book) { b.Copies = new(int64(16)) }},
		{"nothing", "copies: 0", func(b *book) { b.Copies = new(int64(0)) }},
		{"YAML 1.1", "lost: yes", func(b *book) { b.Lost = true }},
		{"YAML 1.1, no", "lost: off", func(*book) {}},
		{"number as text", "id: 0600", func(b *book) { b.ID = "0600" }},
		{"bool as text", "title: yes", func(b *book) { b.Title = "yes" }},
		{"time as text", "title: 2026-01-31", func(b *book) { b.Title = "2026-01-31" }},
		{"tag that changes nothing", "title: !!str 5", func(b *book) { b.Title = "5" }},
		{"empty texts", "id:\ntitle:\nmemo: ~", func(*book) {}},
		{"time", "due_at: 2027-01-31T12:00:00+02:00", func(b *book) { b.DueAt = date(10) }},
		{"quoted time", `due_at: "2027-01-31T10:00:00Z"`, func(b *book) { b.DueAt = date(10) }},
		{"date", "due_at: 2027-01-31", func(b *book) { b.DueAt = date(0) }},
		{"UTC is the default", "due_at: 2027-01-31 10:00:00", func(b *book) { b.DueAt = date(10) }},
		{"list", "genres:\n- crime\n- sports", func(b *book) { b.Genres = []kind{"crime", "sports"} }},
		{"empty list", "genres: []", func(b *book) { b.Genres = []kind{} }},
		{"list without entries", "genres:\n# - crime", func(b *book) { b.Genres = []kind{} }},
		{"null in list", "genres: [~]", func(b *book) { b.Genres = []kind{""} }},
		{"records without entries", "editions:", func(*book) {}},
		{
			"text of a type's own", "editions: [{isbn: 9780306406157}]",
			func(b *book) { b.Editions = []edition{{ISBN: isbn([]byte("9780306406157"))}} },
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := bookOf(t, bookWith(tt.lines))
			got.DueAt = got.DueAt.UTC()
			want := book{Kind: "novel"}
			tt.want(&want)
			assert.Equal(t, want, got)
		})
	}
}

func date(hour int) time.Time {
	return time.Date(2027, 1, 31, hour, 0, 0, 0, time.UTC)
}

func TestEncodings(t *testing.T) {
	content := bookWith("title: Größe")
	for name, encoded := range map[string]string{
		"byte order mark": "\ufeff" + content,
		"CRLF":            strings.ReplaceAll(content, "\n", "\r\n"),
		"document marks":  "---\n" + content + "...\n",
		"JSON":            `{"books": [{"kind": "novel", "title": "Größe"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, "Größe", bookOf(t, encoded).Title)
		})
	}
	crlf := strings.ReplaceAll(bookWith("lost: 1"), "\n", "\r\n")
	assert.Equal(t, 4, faultsOf(crlf)[0].Line)
}
