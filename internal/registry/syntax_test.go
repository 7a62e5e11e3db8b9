// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

func TestNothingIsNotNoTokens(t *testing.T) {
	const absent = "there is no tokens: field: write tokens: [] for none at all"
	tests := []struct {
		name, content, want string
	}{
		{"empty", "", absent},
		{"white space", " \n\n  \n", absent},
		{"byte order mark", "\ufeff", absent},
		{"comment", "# tokens:\n#   - id: a\n", absent},
		{"document mark", "---\n", absent},
		{"null", "~\n", absent},
		{"empty mapping", "{}\n", "line 1: " + absent},
		{"no tokens", acme, "line 1: " + absent},
		{"tokens commented out", acme + "tokens:\n# - id: a\n", "line 1: " + absent},
		{"text", "hello\n", "line 1: is not a mapping: write fields as name: value"},
		{"list", "\n- id: a\n", "line 2: is not a mapping: write fields as name: value"},
		{"tagged", "!config {tokens: []}\n", "line 1: has a tag: remove the word that starts with !"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, []string{tt.want}, texts(faultsOf(tt.content)))
		})
	}
}

func TestNoTokensOnPurpose(t *testing.T) {
	for _, content := range []string{"tokens: []\n", acme + "tokens: []\n", "organizations:\ntokens: []"} {
		assert.Empty(t, mustBuild(t, []byte(content)).tokens)
	}
}

// The library names line 1, 3 or none in most of these.
func TestSyntaxFaults(t *testing.T) {
	const above = ": correct this line or what is just above it"
	tests := []struct {
		name, lines, want string
	}{
		{"indentation", " x: 1", "line 9: YAML syntax: did not find expected key" + above},
		{"no colon", "foo", "line 10: YAML syntax: could not find expected ':'" + above},
		{"two colons", "name: a: b", "line 9: YAML syntax: mapping values are not allowed in this context" + above},
		{"stray list", "- a: b", "line 9: YAML syntax: did not find expected key" + above},
		{"text behind a quote", "name: 'a' b", "line 10: YAML syntax: did not find expected key" + above},
		{"open quote", `name: "a`, "line 9: YAML syntax: a quote is not closed: close it"},
		{"open bracket", "signals: [traces\nid: a", "line 12: YAML syntax: did not find expected ',' or ']'" + above},
		{"tab", "\tname: a", "line 9: YAML syntax: found character that cannot start any token" + above},
		{"reserved character", "name: @a", "line 10: YAML syntax: found character that cannot start any token" + above},
		{"not UTF-8", "name: \xff", "line 9: YAML syntax: invalid leading UTF-8 octet" + above},
		{"control character", "name: \x01", "line 9: YAML syntax: control characters are not allowed" + above},
		{
			"no such anchor", "name: *ct012345678901234567890123456789", "line 10: an alias (*) has no anchor (&)" + above +
				"; put a text that starts with * in quotes",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, []string{tt.want}, texts(faultsOf(tokenWith(tt.lines)+acme+strings.Repeat("# more\n", 100))))
		})
	}
}

func TestSeveralDocuments(t *testing.T) {
	const another = "another YAML document starts: keep one, and remove the --- between them"
	for content, want := range map[string]string{
		"tokens: []\n---\ntokens: []\n": "line 2: " + another,
		"tokens: []\n---\n":             "line 2: " + another,
		"tokens: []\n---\n# nothing\n":  "line 2: " + another,
		"tokens: []\n---\n- 'a\n":       "line 3: YAML syntax: a quote is not closed: close it",
	} {
		faults := texts(faultsOf(content))
		assert.Equal(t, []string{want}, faults)
	}
}

func TestDeepNesting(t *testing.T) {
	for _, part := range []string{"[", "- ", "{a: ", "? "} {
		faults := faultsOf("tokens: " + strings.Repeat(part, 20_000))
		require.Len(t, faults, 1)
		assert.LessOrEqual(t, faults[0].Line, 1)
	}
	deep := strings.Repeat("[", 5_000) + strings.Repeat("]", 5_000)
	assert.Equal(t, []string{"line 1: tokens[0]: is not a mapping: write fields as name: value"},
		texts(faultsOf("tokens: "+deep)))
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
