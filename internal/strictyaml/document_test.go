// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package strictyaml

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNothing(t *testing.T) {
	for _, content := range []string{"", " \n\n  \n", "\ufeff", "# books:\n#   - id: a\n", "---\n", "~\n"} {
		l := library{}
		doc := Decode([]byte(content), &l, words)
		assert.Equal(t, library{}, l)
		assert.Empty(t, doc.Faults)
		assert.False(t, doc.Unreadable("books"))
		assert.Zero(t, doc.LineOf("books"))
	}
}

func TestNoLibrary(t *testing.T) {
	for content, want := range map[string]string{
		"hello\n":                 "line 1: is not a mapping: write fields as name: value",
		"\n- id: a\n":             "line 2: is not a mapping: write fields as name: value",
		"!config {books: []}\n":   "line 1: has a tag: remove the word that starts with !",
		"books: [\n":              "line 1: YAML syntax: did not find expected node content: " + above,
		"books: []\n---\na: b\n":  "line 2: another YAML document starts: keep one, and remove the --- between them",
		bookWith("title: b: c\n"): "line 4: YAML syntax: mapping values are not allowed in this context: " + above,
	} {
		doc := Decode([]byte(content), &library{}, words)
		assert.Equal(t, []string{want}, texts(doc.Faults))
		assert.True(t, doc.Unreadable(""))
		assert.True(t, doc.Unreadable("books[0].id"))
	}
}

func TestLines(t *testing.T) {
	doc := Decode([]byte(`# a library
owner: jo
books:
  - &a
    id: a
    editions: [{note: b},
      {note: c}]
  - <<: *a
    memo: |
      d
  - *a
`), &library{}, words)
	assert.Empty(t, doc.Faults)
	for field, want := range map[string]int{
		"": 2, "owner": 2, "books": 4, "nothing": 2, "books[0].id": 5, "books[0].memo": 4, "books[0].editions[0].note": 6,
		"books[0].editions[1]": 7, "books[0].editions[1].isbn": 7, "books[0].editions[2]": 6, "books[0].id.more": 5,
		"books[1]": 8, "books[1].id": 5, "books[1].memo": 9, "books[2]": 11, "books[2].editions[1].note": 7, "books.a": 4,
	} {
		assert.Equal(t, want, doc.LineOf(field), field)
	}
}

func TestFaultsOfTheFile(t *testing.T) {
	assert.Equal(t, []string{
		"line 1: colour" + unknown, "line 3: owner: given twice: remove one",
		"line 4: books: is not a list: write [a, b], or start each entry with a dash",
	}, texts(faultsOf("colour: red\nowner: jo\nowner: al\nbooks: a\n")))
}

func TestFieldsWithoutAValueAreHeld(t *testing.T) {
	for content, want := range map[string]bool{
		"": false, "~\n": false, "owner: books\n": false, "- books\n": false,
		"books:\n": true, "books: ~\n": true, "books: []\n": true,
	} {
		assert.Equal(t, want, Decode([]byte(content), &library{}, words).Holds("books"), content)
	}
}

// What could not be read is not missing as well.
func TestReport(t *testing.T) {
	doc := Decode([]byte("owner: [jo]\nbooks:\n  - {id: a, title: {}}\n  - b\n"), &library{}, words)
	doc.Faults = nil
	for _, field := range []string{
		"owner", "owner.name", "books", "books[0]", "books[0].id", "books[0].title", "books[1].id", "books[10].id", "",
	} {
		doc.Report(field, "is missing", "write it")
	}
	assert.Equal(t, []string{
		"line 3: books: is missing: write it", "line 3: books[0]: is missing: write it",
		"line 3: books[0].id: is missing: write it", "line 3: books[10].id: is missing: write it",
		"line 1: is missing: write it",
	}, texts(doc.Faults))
}
