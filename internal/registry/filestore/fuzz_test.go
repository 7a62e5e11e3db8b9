// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// planted is a secret that could be an id, too.
const planted = "planted9secret7planted9secret7"

// FuzzParse: no content makes the registry panic, hang or tell a secret, and what it serves is sound.
func FuzzParse(f *testing.F) {
	content, err := os.ReadFile("testdata/faulty.yaml")
	require.NoError(f, err)
	f.Add(content)
	f.Add([]byte(example))
	f.Add([]byte(holding("12")))
	for _, template := range misplaced {
		f.Add([]byte(strings.ReplaceAll(template, "SECRET", planted)))
	}
	for _, merge := range []string{"<<: {name: a}", "<<: [&a {id: a, <<: *a}, *a]", "name: &a b\nmemo: *a", "? [a]\n: *b"} {
		f.Add([]byte(tokenWith(merge + "\n# " + planted)))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		contents, faults := Parse(content)
		if len(faults) == 0 {
			requireSound(t, contents)
			return
		}
		require.Nil(t, contents)
		for _, fault := range faults {
			require.LessOrEqual(t, fault.Line, len(content)+1)
			require.Less(t, len(fault.String()), 600)
			require.NotEmpty(t, fault.Fix)
			require.NotContains(t, strings.ToLower(fault.String()), planted)
		}
	})
}

// requireSound makes sure that every secret leads to its token.
func requireSound(t *testing.T, contents *registry.Contents) {
	t.Helper()
	known, secrets := serving(contents), make(map[token.Digest]bool)
	require.Equal(t, len(contents.Tokens), known.Len())
	for _, record := range contents.Tokens {
		require.Empty(t, record.Validate())
		require.NotEmpty(t, record.ID)
		require.Empty(t, string(record.Secret))
		for _, secret := range record.Secrets {
			grant, ok := known.Lookup(secret.SHA256)
			require.True(t, ok)
			require.Same(t, record.Token, grant.Token)
			require.False(t, secrets[secret.SHA256])
			secrets[secret.SHA256] = true
		}
	}
}
