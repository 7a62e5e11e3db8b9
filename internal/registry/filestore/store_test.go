// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// rig is a store of a file.
type rig struct {
	*Store

	t *testing.T
}

// newRig returns the store of a file with this content, in which D1 stands for a digest.
func newRig(t *testing.T, content string) *rig {
	t.Helper()
	r := &rig{Open(filepath.Join(t.TempDir(), "tokens.yaml"), Options{}), t}
	r.edit(content)
	return r
}

// edit writes the file as an editor would.
func (r *rig) edit(content string) {
	r.t.Helper()
	require.NoError(r.t, os.WriteFile(r.path, []byte(withDigests(content)), 0o600))
}

func (r *rig) content() string {
	r.t.Helper()
	content, err := os.ReadFile(r.path)
	require.NoError(r.t, err)
	return string(content)
}

// change makes changes of what the store holds, but does not write them.
func (r *rig) change(change func(*changes)) []registry.Change {
	r.t.Helper()
	contents, err := r.Contents(r.t.Context())
	require.NoError(r.t, err)
	c := &changes{Contents: contents}
	change(c)
	return c.list
}

func TestContents(t *testing.T) {
	r := newRig(t, `organizations: [{id: bell}, {id: acme, name: Acme}]
tokens:
  - {id: b, organization: bell, kind: web, secret: S1}
  - {id: a, organization: acme, kind: web, secret: S2, allowed_origins: ["null"]}
`)
	contents, err := r.Contents(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "acme", contents.Organizations[0].ID, "sorted")
	assert.Equal(t, "a", contents.Tokens[0].ID)
	assert.Len(t, contents.Warnings, 1)
	seen := map[registry.Revision]bool{0: true}
	for _, revision := range []registry.Revision{
		contents.Organizations[0].Revision, contents.Organizations[1].Revision, contents.Tokens[0].Revision,
		contents.Tokens[1].Revision, contents.Revision,
	} {
		assert.NotContains(t, seen, revision)
		seen[revision] = true
	}
	stored, err := r.Token(t.Context(), "b")
	require.NoError(t, err)
	assert.Equal(t, contents.Tokens[1], stored)
	owner, err := r.Organization(t.Context(), "acme")
	require.NoError(t, err)
	assert.Equal(t, contents.Organizations[0], owner)
}

func TestNotFound(t *testing.T) {
	r := newRig(t, short)
	_, err := r.Token(t.Context(), "acme")
	assert.Equal(t, &registry.NotFoundError{Kind: "token", ID: "acme"}, err)
	_, err = r.Organization(t.Context(), "a")
	assert.Equal(t, &registry.NotFoundError{Kind: "organization", ID: "a"}, err)
}

func TestFaultyFile(t *testing.T) {
	r := newRig(t, "tokens: bad\n")
	faulty := func(err error) {
		t.Helper()
		var faults *registry.FaultsError
		require.ErrorAs(t, err, &faults)
		assert.Equal(t, r.path, faults.Where)
		assert.Equal(t, 1, faults.Faults[0].Line)
	}
	_, err := r.Contents(t.Context())
	faulty(err)
	_, err = r.Token(t.Context(), "a")
	faulty(err)
	_, err = r.Organization(t.Context(), "acme")
	faulty(err)
	faulty(r.Write(t.Context(), audit.Act{}, registry.Change{Token: new(webToken("a", 1))}))
	assert.Equal(t, "tokens: bad\n", r.content())
}

func TestNoFile(t *testing.T) {
	r := newRig(t, short)
	update := r.change(limitA)
	require.NoError(t, os.Remove(r.path))
	_, err := r.Contents(t.Context())
	absent := func(err error) {
		t.Helper()
		require.ErrorIs(t, err, fs.ErrNotExist)
		require.ErrorContains(t, err, r.path+": no such file or directory: create the file, or correct the path")
	}
	absent(err)
	_, err = r.Token(t.Context(), "a")
	absent(err)
	absent(r.Write(t.Context(), audit.Act{}, update...))
	absent(r.Write(t.Context(), audit.Act{}, registry.DeleteToken("a", 1)))
	assert.NoFileExists(t, r.path)
}

func TestNewFile(t *testing.T) {
	r := &rig{Open(filepath.Join(t.TempDir(), "tokens.yaml"), Options{}), t}
	require.NoError(t, r.Write(t.Context(), audit.Act{}), "nothing to write")
	assert.NoFileExists(t, r.path)
	require.NoError(t, r.Write(t.Context(), audit.Act{}, registry.Change{Organization: &token.Organization{ID: "acme"}}))
	assert.Equal(t, "organizations:\n  - id: acme\ntokens: []\n", r.content())
	info, err := os.Stat(r.path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode())
	lock, err := os.Stat(r.path + ".lock")
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), lock.Mode())
	assert.NoFileExists(t, r.path+".new")
	require.NoError(t, r.Write(t.Context(), audit.Act{}, r.change(createC)...))
	assert.Equal(t, withDigests("organizations:\n  - id: acme\ntokens:\n"+shortC), r.content())
}

func TestNoDirectory(t *testing.T) {
	r := &rig{Open(filepath.Join(t.TempDir(), "absent", "tokens.yaml"), Options{}), t}
	err := r.Write(t.Context(), audit.Act{}, registry.Change{Organization: &token.Organization{ID: "acme"}})
	require.ErrorContains(t, err, "absent: no such file or directory: create the directory, or correct the path")
}

func TestConflicts(t *testing.T) {
	limited := strings.Replace(short, "  - id: b\n", "    spans_per_minute: 7\n  - id: b\n", 1)
	deleteA := func(c *changes) { c.deleteToken("a") }
	tests := []struct {
		name      string
		change    func(*changes)
		meanwhile string
		want      string
	}{
		{"another record was changed", limitA, short + "    name: B\n", ""},
		{"spelt in another way", limitA, strings.ReplaceAll(short, "kind: web", "kind:   'web'"), ""},
		{"changed", limitA, limited, "token a " + registry.ConflictChanged},
		{"changed, to be deleted", deleteA, limited, "token a " + registry.ConflictChanged},
		{"deleted", limitA, "tokens: []\n", "token a " + registry.ConflictDeleted},
		{"deleted twice", deleteA, "tokens: []\n", "token a " + registry.ConflictDeleted},
		{"created twice", createC, short + shortC, "token c " + registry.ConflictExists},
		{
			"organization created twice", createBell, "organizations: [{id: bell}]\ntokens: []\n",
			"organization bell " + registry.ConflictExists,
		},
		{"one of several", func(c *changes) { createC(c); limitA(c) }, limited, "token a " + registry.ConflictChanged},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, short)
			list := r.change(tt.change)
			r.edit(tt.meanwhile)
			before := r.content()
			err := r.Write(t.Context(), audit.Act{}, list...)
			if tt.want == "" {
				require.NoError(t, err)
				assert.NotEqual(t, before, r.content())
				return
			}
			require.ErrorAs(t, err, new(*registry.ConflictError))
			require.EqualError(t, err, tt.want+"; nothing was written")
			assert.Equal(t, before, r.content())
		})
	}
}

// Records that could not be served are never written.
func TestFaultyChanges(t *testing.T) {
	const unknown = "organization: there is no organization with this id: add it under organizations:, or correct the id"
	tests := []struct {
		name   string
		change func(*changes)
		want   []string
	}{
		{
			"organization of tokens", func(c *changes) { c.deleteOrganization("acme") },
			[]string{"token a: " + unknown, "token b: " + unknown},
		},
		{
			"organization unknown", func(c *changes) {
				c.token("a", func(t *token.Token) { t.Organization = "bell" })
			}, []string{"token a: " + unknown},
		},
		{
			"secret of another", func(c *changes) { c.createToken(webToken("c", 1)) },
			[]string{"token c: secrets[0]: token a has the same secret: give each token its own secret"},
		},
		{
			"no secret, no kind", func(c *changes) { c.createToken(token.Token{ID: "c", Organization: "acme"}) },
			[]string{
				"token c: kind: is missing: write web, mobile or remote_write",
				"token c: secrets: is missing: add an entry with the sha256 of the secret",
			},
		},
		{
			"limit", func(c *changes) {
				c.organization("acme", func(o *token.Organization) { o.SpansPerMinute = new(int64(-1)) })
			},
			[]string{"organization acme: spans_per_minute: is not 0 to 1,000,000,000: " +
				"correct it, or drop the key for no limit; 0 admits nothing"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, short)
			err := r.Write(t.Context(), audit.Act{}, r.change(tt.change)...)
			var faults *registry.FaultsError
			require.ErrorAs(t, err, &faults)
			assert.Equal(t, "the change", faults.Where)
			assert.Equal(t, tt.want, texts(faults.Faults))
			assert.Equal(t, withDigests(short), r.content())
		})
	}
}

// A year that YAML has no form for is no fault of the record, but can't be written.
func TestYearBeyondYAML(t *testing.T) {
	r := newRig(t, short)
	err := r.Write(t.Context(), audit.Act{}, r.change(func(c *changes) {
		c.token("a", func(t *token.Token) { t.ExpiresAt = date(20_000, 0) })
	})...)
	require.ErrorContains(t, err, "expires_at: or created_at is after the year 9999")
	assert.Equal(t, withDigests(short), r.content())
}

// An organization and its tokens can end, and begin, in one write.
func TestWriteOfSeveralRecords(t *testing.T) {
	r := newRig(t, short)
	require.NoError(t, r.Write(t.Context(), audit.Act{}, r.change(func(c *changes) {
		c.deleteOrganization("acme")
		c.deleteToken("a")
		c.deleteToken("b")
		createBell(c)
		ofBell := webToken("c", 1)
		ofBell.Organization = "bell"
		c.createToken(ofBell)
	})...))
	assert.Equal(t, withDigests(`organizations:
  - id: bell
    spans_per_minute: 5
tokens:
  - id: c
    organization: bell
    kind: web
    secrets:
      - sha256: "D1"
`), r.content())
}

func TestReadOnlyStore(t *testing.T) {
	r := newRig(t, short)
	list := r.change(limitA)
	contents, err := r.Contents(t.Context())
	require.NoError(t, err)
	guarded := Open(r.path, Options{ReadOnly: true})
	for _, err := range []error{
		guarded.Write(t.Context(), audit.Act{}, list...), guarded.Replace(t.Context(), audit.Act{}, contents),
	} {
		require.ErrorIs(t, err, registry.ErrReadOnly)
		require.EqualError(t, err, "the registry is read-only: change "+r.path+" where it comes from, or set read_only: false")
	}
	assert.Equal(t, withDigests(short), r.content())
	assert.NoFileExists(t, r.path+".lock")
	_, err = guarded.Token(t.Context(), "a")
	require.NoError(t, err)
}

func TestReplace(t *testing.T) {
	source := newRig(t, commented)
	contents, err := source.Contents(t.Context())
	require.NoError(t, err)
	want, err := Encode(contents)
	require.NoError(t, err)
	for name, before := range map[string]string{"faulty": "tokens: [", "other": "tokens: []\n", "same": string(want)} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, before)
			require.NoError(t, r.Replace(t.Context(), audit.Act{}, contents))
			assert.Equal(t, string(want), r.content())
		})
	}
	t.Run("none", func(t *testing.T) {
		r := &rig{Open(filepath.Join(t.TempDir(), "tokens.yaml"), Options{}), t}
		require.NoError(t, r.Replace(t.Context(), audit.Act{}, contents))
		assert.Equal(t, string(want), r.content())
	})
	t.Run("with faults", func(t *testing.T) {
		r := newRig(t, short)
		err := r.Replace(t.Context(), audit.Act{}, &registry.Contents{Tokens: []registry.Token{{Token: new(webToken("a", 1))}}})
		require.ErrorAs(t, err, new(*registry.FaultsError))
		assert.Equal(t, withDigests(short), r.content())
	})
}

// What a store writes, those who follow it serve, at once: here nobody would look for an hour.
func TestSourceOfAStore(t *testing.T) {
	r := newRig(t, short)
	source := r.Source().(*File)
	source.interval = time.Hour
	known := registry.New(source)
	require.NoError(t, known.Start(t.Context(), nil))
	t.Cleanup(known.Close)
	require.NoError(t, r.Write(t.Context(), audit.Act{}, r.change(createC)...))
	require.Eventually(t, func() bool { _, ok := known.Lookup(digestOf(3)); return ok }, time.Minute, time.Millisecond)
	require.NoError(t, r.Write(t.Context(), audit.Act{}, r.change(func(c *changes) { c.deleteToken("a") })...))
	require.Eventually(t, func() bool { _, ok := known.Lookup(digestOf(1)); return !ok }, time.Minute, time.Millisecond)
	assert.Equal(t, r.path, r.String())
	require.NoError(t, r.Close())
}
