// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package lifecycle

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry/filestore"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

func parse(t *testing.T, file string) *registry.Contents {
	t.Helper()
	contents, faults := filestore.Parse([]byte(file))
	require.Empty(t, faults)
	return contents
}

const (
	digestA = `secrets: [{sha256: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}]`
	digestB = `secrets: [{sha256: "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}]`

	first = "organizations: [{id: acme}, {id: other}]\n" +
		"tokens: [{id: a, organization: acme, kind: web, " + digestA + "}]\n"
	second = "organizations: [{id: acme}]\n" +
		"tokens: [{id: b, organization: acme, kind: web, " + digestB + "}]\n"
	changed = "organizations: [{id: acme, name: New}]\n" +
		"tokens: [{id: a, organization: acme, kind: mobile, " + digestA + "},\n" +
		"  {id: b, organization: acme, kind: web, " + digestB + "}]\n"
	twins = "organizations: [{id: acme}]\n" +
		"tokens: [{id: b, organization: acme, kind: web, " + digestA + "}]\n"
)

func TestImportAdds(t *testing.T) {
	r := newRig(t)
	for _, tt := range []struct {
		file string
		how  Import
		want Difference
	}{
		{first, Import{DryRun: true}, Difference{Added: []string{"organization other", "token a"}, Same: 1}},
		{first, Import{}, Difference{Added: []string{"organization other", "token a"}, Same: 1}},
		{first, Import{}, Difference{Same: 3}},
		{second, Import{}, Difference{Added: []string{"token b"}, Same: 1}},
	} {
		got, err := r.Import(t.Context(), parse(t, tt.file), tt.how)
		require.NoError(t, err)
		assert.Equal(t, &tt.want, got)
	}
	assert.Equal(t, token.KindWeb, r.stored("a").Kind)
	assert.Equal(t, token.KindWeb, r.stored("b").Kind)
	assert.Equal(t, []string{
		"created organization acme", "imported organization other", "imported token a", "imported token b",
	}, r.done())
}

func TestImportAddsAllOrNothing(t *testing.T) {
	r := newRig(t)
	_, err := r.Import(t.Context(), parse(t, first), Import{})
	require.NoError(t, err)
	var conflicts *ConflictsError
	_, err = r.Import(t.Context(), parse(t, changed), Import{})
	require.ErrorAs(t, err, &conflicts)
	assert.Contains(t, err.Error(), "\n  organization acme\n  token a")
	require.ErrorAs(t, err, new(*registry.ConflictError))

	var faults *registry.FaultsError
	_, err = r.Import(t.Context(), parse(t, twins), Import{DryRun: true})
	require.ErrorAs(t, err, &faults)
	assert.Equal(t, "token a has the same secret", faults.Faults[0].Problem)

	contents, err := r.Contents(t.Context())
	require.NoError(t, err)
	assert.Len(t, contents.Tokens, 1)
}

func TestImportReplaces(t *testing.T) {
	r := newRig(t)
	_, err := r.Import(t.Context(), parse(t, first), Import{})
	require.NoError(t, err)
	want := &Difference{
		Added: []string{"token b"}, Changed: []string{"organization acme", "token a"}, Removed: []string{"organization other"},
	}
	for _, dry := range []bool{true, false} {
		got, err := r.Import(t.Context(), parse(t, changed), Import{Replace: true, DryRun: dry})
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	assert.Equal(t, token.KindMobile, r.stored("a").Kind)
}

func TestImportIntoAFileToBe(t *testing.T) {
	for _, replace := range []bool{false, true} {
		store := filestore.Open(filepath.Join(t.TempDir(), "new.yaml"), filestore.Options{})
		_, err := New(store, Options{}).Import(t.Context(), parse(t, first), Import{Replace: replace})
		require.NoError(t, err)
		contents, err := store.Contents(t.Context())
		require.NoError(t, err)
		assert.Len(t, contents.Tokens, 1)
	}
}

// Replacing is what brings a registry back that has lost writes, so it must not need it to be in order.
func TestImportReplacesWhatIsLost(t *testing.T) {
	r := newRig(t)
	lost := &registry.LostError{Where: "Redis", Detail: "it is empty"}
	o := New(broken{r.Store, lost}, Options{})
	_, err := o.Import(t.Context(), parse(t, first), Import{})
	require.ErrorIs(t, err, lost)
	d, err := o.Import(t.Context(), parse(t, first), Import{Replace: true})
	require.NoError(t, err)
	assert.Equal(t, lost, d.Unseen)
	assert.Equal(t, "a", r.stored("a").ID)

	away := New(broken{r.Store, registry.ErrUnavailable}, Options{})
	_, err = away.Import(t.Context(), parse(t, second), Import{Replace: true})
	require.ErrorIs(t, err, registry.ErrUnavailable)
}

// broken is a store that can't be read.
type broken struct {
	registry.Store
	err error
}

func (b broken) Contents(context.Context) (*registry.Contents, error) {
	return nil, b.err
}

// fixed is a store that hands out one token again and again, as those do which hold records in memory.
type fixed struct {
	registry.Store
	token token.Token
}

func (f fixed) Token(ctx context.Context, id string) (registry.Token, error) {
	t, err := f.Store.Token(ctx, id)
	t.Token = &f.token
	return t, err
}
