// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package strictyaml

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

const above = "correct this line or what is just above it"

// The YAML package names line 1, 3 or none in most of these.
func TestSyntaxFaults(t *testing.T) {
	tests := []struct {
		name, lines, want string
	}{
		{"indentation", " x: 1", "line 4: YAML syntax: did not find expected key: " + above},
		{"no colon", "foo", "line 5: YAML syntax: could not find expected ':': " + above},
		{"two colons", "title: a: b", "line 4: YAML syntax: mapping values are not allowed in this context: " + above},
		{"stray list", "- a: b", "line 4: YAML syntax: did not find expected key: " + above},
		{"text behind a quote", "title: 'a' b", "line 5: YAML syntax: did not find expected key: " + above},
		{"open quote", `title: "a`, "line 4: YAML syntax: a quote is not closed: close it"},
		{"open bracket", "genres: [crime\nid: a", "line 6: YAML syntax: did not find expected ',' or ']': " + above},
		{"tab", "\ttitle: a", "line 4: YAML syntax: found character that cannot start any token: " + above},
		{"reserved character", "title: @a", "line 5: YAML syntax: found character that cannot start any token: " + above},
		{"not UTF-8", "title: \xff", "line 4: YAML syntax: invalid leading UTF-8 octet: " + above},
		{"control character", "title: \x01", "line 4: YAML syntax: control characters are not allowed: " + above},
		{
			"no such anchor", "title: *ct012345678901234567890123456789", "line 5: an alias (*) has no anchor (&): " + above +
				"; put a text that starts with * in quotes",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, []string{tt.want}, texts(faultsOf(bookWith(tt.lines)+"owner: jo\n"+strings.Repeat("# more\n", 100))))
		})
	}
}

func TestSeveralDocuments(t *testing.T) {
	const another = "another YAML document starts: keep one, and remove the --- between them"
	for content, want := range map[string]string{
		"books: []\n---\nbooks: []\n": "line 2: " + another,
		"books: []\n---\n":            "line 2: " + another,
		"books: []\n---\n# nothing\n": "line 2: " + another,
		"books: []\n---\n- 'a\n":      "line 3: YAML syntax: a quote is not closed: close it",
	} {
		faults := texts(faultsOf(content))
		assert.Equal(t, []string{want}, faults)
	}
}

func TestDeepNesting(t *testing.T) {
	for _, part := range []string{"[", "- ", "{a: ", "? "} {
		faults := faultsOf("books: " + strings.Repeat(part, 20_000))
		require.Len(t, faults, 1)
		assert.LessOrEqual(t, faults[0].Line, 1)
	}
	deep := strings.Repeat("[", 5_000) + strings.Repeat("]", 5_000)
	assert.Equal(t, []string{"line 1: books[0]: is not a mapping: write fields as name: value"},
		texts(faultsOf("books: "+deep)))
}

func TestLinesAreCounted(t *testing.T) {
	reader := &lineReader{rest: []byte("one\n" + strings.Repeat("x", 20) + "\n\nfour")}
	var lines []int
	for buffer := make([]byte, 8); ; {
		n, err := reader.Read(buffer)
		if n == 0 {
			require.Error(t, err)
			break
		}
		lines = append(lines, reader.line)
	}
	assert.Equal(t, []int{1, 2, 2, 2, 3, 4}, lines)
}

// The library is said to panic on rare input; none is known, so something else panics inside it.
func TestParserThatPanics(t *testing.T) {
	_, err := nextDocument(yaml.NewDecoder(panicking{}))
	assert.EqualError(t, err, "the parser gave up")
}

type panicking struct{}

func (panicking) Read([]byte) (int, error) {
	panic("a secret")
}
