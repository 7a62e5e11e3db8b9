// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// The file has a fault of every kind. When a text changes on purpose, run the test with GOLDEN=write.
func TestAllFaultsAtOnce(t *testing.T) {
	const golden = "testdata/faulty.txt"
	err := registry.New(Open("testdata/faulty.yaml", Options{}).Source()).Start(t.Context(), nil)
	require.Error(t, err)
	if os.Getenv("GOLDEN") == "write" {
		require.NoError(t, os.WriteFile(golden, []byte(err.Error()+"\n"), 0o600))
	}
	want, readErr := os.ReadFile(golden)
	require.NoError(t, readErr)
	assert.Equal(t, string(want), err.Error()+"\n")
}

// faultTest pairs lines of one token with what is said about them.
type faultTest struct {
	name  string
	lines string // what the token has besides what every one must have
	want  []string
}

func checkTokenFaults(t *testing.T, tests []faultTest) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, texts(faultsOf(tokenWith(tt.lines))))
		})
	}
}

// tokenWith is a file with one token: fields of its own from line 8 on.
func tokenWith(lines string) string {
	return acme + fmt.Sprintf("tokens:\n  - organization: acme\n    kind: web\n    secrets: [{sha256: %q}]\n", digestOf(0)) +
		"    # fields of its own\n    " + strings.ReplaceAll(lines, "\n", "\n    ") + "\n"
}

func faultsOf(content string) []registry.Fault {
	_, faults := Parse([]byte(content))
	return faults
}

func texts(faults []registry.Fault) []string {
	var texts []string
	for _, f := range faults {
		texts = append(texts, f.String())
	}
	return texts
}

func TestOneFaultForOneField(t *testing.T) {
	const head = acme + "tokens:\n"
	tests := []struct {
		name, content string
		want          []string
	}{
		{
			"secret is a list", head + "  - organization: acme\n    kind: web\n    secret: [a]\n",
			[]string{"line 7: tokens[0].secret: is not a text: write one, in quotes if it has special characters"},
		},
		{
			"kind is a list", head + "  - organization: acme\n    kind: [web]\n    secret: " + secretOf(0) + "\n",
			[]string{"line 6: tokens[0].kind: is not a text: write one, in quotes if it has special characters"},
		},
		{
			"a token is empty", head + "  - \n",
			[]string{"line 5: tokens[0]: is empty: write its fields, or remove the dash"},
		},
		{
			"a secret is empty", head + "  - organization: acme\n    kind: web\n    secrets:\n      -\n",
			[]string{"line 8: tokens[0].secrets[0]: is empty: write its fields, or remove the dash"},
		},
		{
			"a member is empty", "organizations:\n  - id: acme\n    members: [~]\ntokens: []\n",
			[]string{"line 3: organizations[0].members[0]: is empty: write its fields, or remove the dash"},
		},
		{
			"organizations are no list", "organizations: acme\ntokens:\n  - {organization: acme, kind: web, secret: " +
				secretOf(0) + "}\n",
			[]string{"line 1: organizations: is not a list: write [a, b], or start each entry with a dash"},
		},
		{
			"tokens are no list", "tokens: {id: a}\n",
			[]string{"line 1: tokens: is not a list: write [a, b], or start each entry with a dash"},
		},
		{
			"digests are missing", head + strings.Repeat("  - {organization: acme, kind: web, secrets: [{hint: abcd}]}\n", 2),
			[]string{
				"line 5: tokens[0].secrets[0].sha256: is missing: write the 64 hex digits of the secret's SHA-256",
				"line 6: tokens[1].secrets[0].sha256: is missing: write the 64 hex digits of the secret's SHA-256",
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, texts(faultsOf(tt.content)))
		})
	}
}

// One broken line must not cost minutes because it is in thousands of tokens.
func TestManyFaultsAreFoundFast(t *testing.T) {
	content := strings.ReplaceAll(string(world(5_000)), "kind: web", "kind: 5\n    nope: 6\n    disabled: 7")
	faults := faultsOf(content)
	require.Len(t, faults, 15_000)
	assert.Equal(t, 5+4_999*15+3, faults[14_997].Line)
}
