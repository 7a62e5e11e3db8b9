// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"math/rand/v2"
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

// FuzzEdit: whatever a file looks like, a change of it is refused, or makes exactly the records that were meant.
func FuzzEdit(f *testing.F) {
	files := []string{example, commented, short, shared, holding("12"), "tokens: []", "{tokens: [], organizations: [{id: a}]}"}
	for i, file := range files {
		f.Add([]byte(withDigests(file)), uint64(i))
		f.Add([]byte(strings.ReplaceAll(withDigests(file), "\n", "\r\n")), uint64(i))
	}
	for i, lines := range []string{
		"name: >-\n  b\n  # c", "name: &b c\n? memo\n: *b", "disabled: 'no' # it's", "memo: |-\n  a", "signals: [logs] # b",
	} {
		f.Add([]byte(tokenWith(lines)), uint64(i))
		f.Add([]byte(tokenWith(lines)+"# end"), uint64(i+2))
	}
	f.Fuzz(func(t *testing.T, content []byte, seed uint64) {
		contents, faults := Parse(content)
		if len(faults) > 0 {
			return
		}
		d, list := newDraft(contents), randomChanges(contents, rand.New(rand.NewPCG(seed, 0)))
		if d.apply(list) != nil {
			return
		}
		after, err := d.rewrite(content)
		if err != nil {
			require.ErrorContains(t, err, "can't be changed by a program")
			require.NotContains(t, strings.ToLower(err.Error()), planted)
			return
		}
		require.Equal(t, wanted(d), meanings(mustParse(t, after)))
	})
}

// randomChanges changes about half of the records.
func randomChanges(contents *registry.Contents, random *rand.Rand) []registry.Change {
	c := &changes{Contents: contents}
	for _, o := range contents.Organizations {
		switch random.IntN(4) {
		case 0:
			c.organization(o.ID, func(o *token.Organization) { o.SpansPerMinute = new(random.Int64N(10)) })
		case 1:
			c.organization(o.ID, func(o *token.Organization) { o.Name, o.Members = "Größe: 1", nil })
		}
	}
	for _, t := range contents.Tokens {
		switch random.IntN(8) {
		case 0:
			c.deleteToken(t.ID)
		case 1:
			c.token(t.ID, func(t *token.Token) { t.SpansPerMinute = new(random.Int64N(10)) })
		case 2:
			c.token(t.ID, func(t *token.Token) { t.Name, t.Memo, t.SpansPerMinute = "null", "", nil })
		case 3:
			c.token(t.ID, func(t *token.Token) {
				t.Secrets = append(t.Secrets[random.IntN(len(t.Secrets)):], token.Secret{SHA256: token.DigestOf(t.ID)})
			})
		case 4:
			c.token(t.ID, func(t *token.Token) { t.Disabled, t.ExpiresAt, t.Signals = !t.Disabled, date(2050, 0), nil })
		}
	}
	if random.IntN(2) == 0 {
		createBell(c)
		ofBell := webToken("of-bell", 1_000)
		ofBell.Organization = "bell"
		c.createToken(ofBell)
	}
	return c.list
}
