// SPDX-License-Identifier: Apache-2.0

package strictyaml

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAliasesAndMerges(t *testing.T) {
	books := booksOf(t, `books:
  - &first
    id: first
    kind: novel
    memo: of the first
    genres: &genres [crime, sports]
    copies: 6000
    editions: [{note: a}]
  - <<: *first
    id: second
    memo:
    editions: [{note: b}]
  - {id: third, genres: *genres}
  - id: fourth
    editions:
    <<: [{kind: play, title: merged, genres: *genres}, *first]
    kind: poem
`)
	require.Len(t, books, 4)
	second, third, fourth := books[1], books[2], books[3]
	assert.Equal(t, kind("novel"), second.Kind)
	assert.Empty(t, second.Memo, "a null of its own hides what is merged")
	assert.Equal(t, int64(6000), *second.Copies)
	assert.Equal(t, []edition{{Note: "b"}}, second.Editions)
	assert.Equal(t, []kind{"crime", "sports"}, third.Genres)
	assert.Equal(t, kind("poem"), fourth.Kind, "own fields go first, wherever they stand")
	assert.Equal(t, "of the first", fourth.Memo)
	assert.Empty(t, fourth.Editions)
}

func TestEarlierMergesGoFirst(t *testing.T) {
	b := bookOf(t, "books: [{<<: [{kind: novel, title: a}, {kind: play, title: b, memo: c}]}]")
	assert.Equal(t, "novel a c", fmt.Sprint(b.Kind, " ", b.Title, " ", b.Memo))
}

func TestMergesOfMerges(t *testing.T) {
	b := bookOf(t, bookWith("<<: {<<: [{title: a, memo: a}, {id: a}], memo: b}"))
	assert.Equal(t, "a b a", b.Title+" "+b.Memo+" "+b.ID)
}

func TestMergeFaults(t *testing.T) {
	const notMapping = ": is not a mapping: merge a mapping, or a list of them"
	checkBookFaults(t, []faultTest{
		{"text", "<<: base", []string{"line 4: books[0].<<" + notMapping}},
		{"null", "<<:", []string{"line 4: books[0].<<" + notMapping}},
		{"list of texts", "<<:\n  - base\n  - {memo: a}\n  - [b]", []string{
			"line 5: books[0].<<" + notMapping, "line 7: books[0].<<" + notMapping,
		}},
		{"list of itself", "<<: &list [*list]", []string{"line 4: books[0].<<" + notMapping}},
		{"fault where it is written", "<<:\n  title: b\n  lost: 5\ntitle: a", []string{
			"line 6: books[0].lost: is not true or false: write one of the two",
		}},
		{"hidden fault", "<<: {lost: 5}\nlost: true", nil},
	})
}

// One wrong word for thousands of books is one fault, where it is written.
func TestMergedFaultsAreReportedOnce(t *testing.T) {
	content := "books:\n  - &a {colour: red, lost: 5}\n" + strings.Repeat("  - {<<: *a}\n", 100)
	assert.Equal(t, []string{
		"line 2: books[0].colour" + unknown,
		"line 2: books[0].lost: is not true or false: write one of the two",
	}, texts(faultsOf(content)))
}

func TestCycles(t *testing.T) {
	const notMapping = ": is not a mapping: write fields as name: value"
	for content, want := range map[string][]string{
		"books: [&a {<<: *a}]":                                 nil,
		"books: [&a {<<: [*a, *a]}]":                           nil,
		"books: [&a {<<: {<<: {<<: *a}, title: b}, title: a}]": nil,
		"books: &a [*a]":                                       {"line 1: books[0]" + notMapping},
		"books: [{editions: &a [*a]}]":                         {"line 1: books[0].editions[0]" + notMapping},
		"books: [{genres: &a [*a]}]":                           {"line 1: books[0].genres[0]" + notText},
		"books: [&a {? *a : *a}]":                              {"line 1: books[0].?" + unknown},
		"&a {books: [{<<: *a}]}":                               {"line 1: books[0].books" + unknown},
		"&a {books: [*a], <<: *a}":                             {"line 1: books[0].books" + unknown},
	} {
		t.Run(content, func(t *testing.T) {
			assert.Equal(t, want, texts(faultsOf(content)))
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
		tooLarge      bool // else it only looks so
	}{
		{"editions", "books: [&t {editions: [&s {}, " + strings.Trim(listOf("*s", 50_000), "[]") + "]}, " +
			strings.Trim(listOf("*t", 50_000), "[]") + "]", true},
		{"texts", "books: [&t {genres: [&s crime, " + strings.Trim(listOf("*s", 50_000), "[]") + "]}, " +
			strings.Trim(listOf("*t", 50_000), "[]") + "]", true},
		{"merges", "books:\n- &t0 {title: a}\n" + chain(40, func(i int) string {
			return fmt.Sprintf("- &t%d {<<: %s}\n", i+1, listOf(fmt.Sprintf("*t%d", i), 10))
		}), false},
		{"laughs", "books:\n- &t0 [lol]\n" + chain(40, func(i int) string {
			return fmt.Sprintf("- &t%d %s\n", i+1, listOf(fmt.Sprintf("*t%d", i), 10))
		}), false},
		{"growing merges", "books:\n- &t0 {title: a}\n" + chain(5_000, func(i int) string {
			return fmt.Sprintf("- &t%d {<<: *t%d, a%d: b}\n", i+1, i, i)
		}), true},
		{"long chain", "books:\n- &t0 {title: a}\n" + chain(50_000, func(i int) string {
			return fmt.Sprintf("- &t%d {<<: *t%d}\n", i+1, i)
		}), false},
		{"equal keys", "books: [{title: {" + strings.Repeat("a: b, ", 50_000) + "}}]", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			faults := texts(faultsOf(tt.content))
			if tt.tooLarge {
				assert.Equal(t, []string{tooLarge}, faults)
			} else {
				assert.NotContains(t, faults, tooLarge)
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

// What ten thousand honest records share is no bomb.
func TestSharedLists(t *testing.T) {
	content := "books:\n  - genres: &g [a" + strings.Repeat(", b", 50) + "]\n" + strings.Repeat("  - genres: *g\n", 9_999)
	assert.Len(t, booksOf(t, content), 10_000)
}
