// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

func TestWrites(t *testing.T) {
	r := newRig(t)
	assert.Empty(t, r.step())
	r.must(organization("acme", 60, 0))
	assert.Equal(t, "organization acme 60@1", r.step())
	r.must(tokenOf("a", 5, 0), tokenOf("b", 6, 0))
	assert.Equal(t, "organization acme 60@1, token a 5@2, token b 6@2", r.step())
	r.must(tokenOf("a", 7, 2), registry.DeleteToken("b", 2), organization("acme", 61, 1), organization("umbrella", 1, 0))
	want := "organization acme 61@3, organization umbrella 1@3, token a 7@3"
	assert.Equal(t, want, r.step())
	r.must(registry.DeleteOrganization("umbrella", 3))
	assert.Equal(t, "organization acme 61@3, token a 7@3", r.step())
	assert.Equal(t, 2, r.mirror.loads, "when empty, and when it had begun")
	assert.Empty(t, r.mirror.failed())
	got, err := contentsOf(t.Context(), r.Store)
	require.NoError(t, err)
	assert.Equal(t, r.mirror.String(), got)
}

// What is written comes back as it was, whoever reads it.
func TestRecordsStayAsTheyAre(t *testing.T) {
	r := newRig(t)
	zero := int64(0)
	full := record("a", 5)
	full.Name, full.Memo, full.Environment = "Größe 店 <b>&", `"quoted" \ back`, "production"
	full.OriginMode, full.Signals = token.OriginReport, []token.Signal{token.SignalTraces, token.SignalLogs}
	full.ClientSpansPerMinute, full.Disabled, full.CreatedBy = &zero, true, "cli:jo"
	full.CreatedAt, full.ExpiresAt = full.Secrets[0].CreatedAt, full.Secrets[0].CreatedAt.AddDate(1, 0, 0)
	owner := &token.Organization{ID: "acme", Name: "Acme & Söhne", Members: []token.Member{{User: "jo", Role: token.RoleOwner}}}
	r.must(registry.Change{Organization: owner}, registry.Change{Token: full})

	got, err := r.Token(t.Context(), "a")
	require.NoError(t, err)
	assert.Equal(t, full, got.Token)
	gotOwner, err := r.Organization(t.Context(), "acme")
	require.NoError(t, err)
	assert.Equal(t, owner, gotOwner.Organization)
	contents, err := r.Contents(t.Context())
	require.NoError(t, err)
	require.Len(t, contents.Tokens, 1)
	assert.Equal(t, full, contents.Tokens[0].Token)
	assert.Equal(t, registry.Revision(1), contents.Revision)
	_, err = r.Token(t.Context(), "b")
	assert.Equal(t, &registry.NotFoundError{Kind: "token", ID: "b"}, err)
	_, err = r.Organization(t.Context(), "a")
	assert.Equal(t, &registry.NotFoundError{Kind: "organization", ID: "a"}, err)
}

func TestRefusedWrites(t *testing.T) {
	r := newRig(t)
	r.must(organization("acme", 60, 0), tokenOf("a", 5, 0))
	r.must(tokenOf("a", 6, 1))
	stray := tokenOf("c", 5, 0)
	stray.Token.Organization = "nobody"
	faulty := tokenOf("c", 5, 0)
	faulty.Token.Kind = "toaster"
	tests := []struct {
		name    string
		changes []registry.Change
		want    string
	}{
		{"exists", []registry.Change{tokenOf("a", 7, 0)}, "token a " + registry.ConflictExists},
		{"changed", []registry.Change{tokenOf("a", 7, 1)}, "token a " + registry.ConflictChanged},
		{"deletion of a changed one", []registry.Change{registry.DeleteToken("a", 1)}, "token a " + registry.ConflictChanged},
		{"deleted", []registry.Change{tokenOf("b", 7, 1)}, "token b " + registry.ConflictDeleted},
		{"deleted twice", []registry.Change{registry.DeleteToken("b", 1)}, "token b " + registry.ConflictDeleted},
		{"organization", []registry.Change{organization("acme", 7, 2)}, "organization acme " + registry.ConflictChanged},
		{"one of many", []registry.Change{tokenOf("c", 7, 0), tokenOf("a", 7, 0)}, "token a " + registry.ConflictExists},
		{"no such organization", []registry.Change{stray}, "there is no organization nobody"},
		{"faulty", []registry.Change{faulty}, "token c: kind: is unknown"},
		{
			"organization with tokens",
			[]registry.Change{registry.DeleteOrganization("acme", 1)},
			"token a: organization: there is no organization with this id",
		},
		{
			"organization with a token of this write",
			[]registry.Change{organization("b", 1, 0), registry.DeleteOrganization("b", 0), strayOf("b")},
			"there is no organization",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.ErrorContains(t, r.Write(t.Context(), audit.Act{}, tt.changes...), tt.want)
			got, err := contentsOf(t.Context(), r.Store)
			require.NoError(t, err)
			assert.Equal(t, "organization acme 60@1, token a 6@2", got, "nothing was written")
		})
	}
	require.NoError(t, r.Write(t.Context(), audit.Act{}), "nothing to do")
	r.must(registry.DeleteToken("a", 2), registry.DeleteOrganization("acme", 1))
}

func strayOf(owner string) registry.Change {
	c := tokenOf("stray", 1, 0)
	c.Token.Organization = owner
	return c
}

func TestLargeWrites(t *testing.T) {
	r := newRig(t)
	r.must(organization("acme", 60, 0), tokenOf("kept", 1, 0), tokenOf("changed", 1, 0))
	r.step()
	changes := []registry.Change{tokenOf("changed", 2, 1)}
	for i := range 3 * maxChanges {
		changes = append(changes, tokenOf(fmt.Sprintf("t%d", i), int64(i), 0))
	}
	r.must(changes...)
	assert.Contains(t, r.step(), "token changed 2@2, token kept 1@1, token t0 0@2, token t1 1@2")
	assert.Len(t, r.mirror.records, 3+3*maxChanges)
	var conflict *registry.ConflictError
	require.ErrorAs(t, r.Write(t.Context(), audit.Act{}, changes...), &conflict, "all of it once more")
	assert.Empty(t, r.redis("KEYS", "*staging*"), "nothing is left behind")
	r.must(tokenOf("changed", 3, 2))
	assert.Contains(t, r.step(), "token changed 3@3")
	assert.Empty(t, r.mirror.failed())
}

func TestReplace(t *testing.T) {
	r := newRig(t)
	r.must(organization("acme", 60, 0), tokenOf("a", 5, 0), tokenOf("b", 5, 0))
	r.step()
	backup, err := r.Contents(t.Context())
	require.NoError(t, err)
	r.must(registry.DeleteToken("b", 1), tokenOf("c", 1, 0))
	r.step()
	require.NoError(t, r.Replace(t.Context(), audit.Act{}, backup))
	assert.Equal(t, "organization acme 60@3, token a 5@3, token b 5@3", r.step())
	require.NoError(t, r.Replace(t.Context(), audit.Act{}, &registry.Contents{}))
	assert.Empty(t, r.step())
	require.NoError(t, r.Replace(t.Context(), audit.Act{}, backup))
	assert.Equal(t, "organization acme 60@5, token a 5@5, token b 5@5", r.step())
	err = r.Write(t.Context(), audit.Act{}, tokenOf("a", 9, 1))
	require.ErrorAs(t, err, new(*registry.ConflictError), "it is another one now")
	assert.Empty(t, r.mirror.failed())
}

func TestAbsentRedis(t *testing.T) {
	s := open(t, configOf("127.0.0.1:1"))
	_, err := s.Contents(t.Context())
	require.ErrorIs(t, err, registry.ErrUnavailable)
	require.ErrorContains(t, err, "Redis at 127.0.0.1:1")
	_, err = s.Token(t.Context(), "a")
	require.ErrorIs(t, err, registry.ErrUnavailable)
	require.ErrorIs(t, s.Write(t.Context(), audit.Act{}, organization("acme", 1, 0)), registry.ErrUnavailable)
	require.ErrorIs(t, s.Replace(t.Context(), audit.Act{}, &registry.Contents{}), registry.ErrUnavailable)
}

func TestReplica(t *testing.T) {
	r := newRig(t)
	r.redis("REPLICAOF", "127.0.0.1", "1")
	require.ErrorIs(t, r.Write(t.Context(), audit.Act{}, organization("acme", 1, 0)), registry.ErrReadOnly)
}

// Records that somebody else has put there don't stand in the way of others, and are told.
func TestStrangeRecords(t *testing.T) {
	r := newRig(t)
	r.must(organization("acme", 60, 0), tokenOf("a", 5, 0))
	r.redis("HSET", r.keys.tokens, "b", "not JSON", "c", `{"revision":1,"id":"c","organization":"acme","kind":"toaster"}`,
		"d", strings.Replace(r.redis("HGET", r.keys.tokens, "a").(string), `"id":"a"`, `"id":"e"`, 1))
	assert.Equal(t, "organization acme 60@1, token a 5@1", r.step())
	var texts []string
	for _, w := range r.mirror.warnings {
		texts = append(texts, w.String())
	}
	const mend = "repair it in Redis, or put a backup in the place of all records: clienttokens import --replace"
	assert.Contains(t, texts, `token "b": is not a record of the expected form: `+mend)
	assert.Contains(t, texts, `token "d": is not a record of the expected form: `+mend)
	assert.Contains(t, texts, "token c: kind: is unknown: write web, mobile or remote_write")
	_, err := r.Contents(t.Context())
	var faults *registry.FaultsError
	require.ErrorAs(t, err, &faults)
	_, err = r.Token(t.Context(), "b")
	require.ErrorContains(t, err, "not JSON of the expected form")
	_, err = r.Token(t.Context(), "d")
	require.ErrorContains(t, err, "stored with another id")
}
