// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit/audittest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

var byJo = audit.Act{At: date(2027, 3), By: "cli:jo", From: "desk"}

// journal returns the path of the audit.
func (r *rig) journal() string {
	return r.path + ".audit.jsonl"
}

func (r *rig) journalText() string {
	r.t.Helper()
	text, err := os.ReadFile(r.journal())
	require.NoError(r.t, err)
	return string(text)
}

// audit lists what was done, in order: "cli:jo created token a".
func (r *rig) audit(q audit.Query) []string {
	r.t.Helper()
	q.OldestFirst = true
	entries, err := r.Audit(r.t.Context(), q)
	require.NoError(r.t, err)
	return linesOf(entries)
}

func linesOf(entries []audit.Entry) []string {
	list := []string{}
	for _, e := range entries {
		list = append(list, strings.TrimSpace(fmt.Sprintln(e.By, e.Action, e.Kind, e.Record)))
	}
	return list
}

func (r *rig) must(change func(*changes)) {
	r.t.Helper()
	require.NoError(r.t, r.Write(r.t.Context(), byJo, r.change(change)...))
}

func TestWritesAreNoted(t *testing.T) {
	r := newRig(t, "tokens: []\n")
	require.NoError(t, os.Chmod(r.path, 0o640))
	assert.Empty(t, r.audit(audit.Query{}))
	r.must(func(c *changes) {
		c.createOrganization(token.Organization{ID: "acme"})
		createC(c)
	})
	r.must(createBell)
	r.must(func(c *changes) { c.token("c", func(t *token.Token) { t.Organization = "bell" }) })
	require.Error(t, r.Write(t.Context(), byJo, registry.DeleteToken("c", 1)), "a conflict")
	r.must(func(c *changes) { c.deleteToken("c") })
	r.must(func(c *changes) { c.deleteOrganization("bell") })
	want := []string{
		"cli:jo created organization acme", "cli:jo created token c", "cli:jo created organization bell",
		"cli:jo changed token c", "cli:jo deleted token c", "cli:jo deleted organization bell",
	}
	assert.Equal(t, want, r.audit(audit.Query{}))
	assert.Equal(t, []string{want[0], want[1], want[3]}, r.audit(audit.Query{Organization: "acme"}))
	assert.Equal(t, want[2:], r.audit(audit.Query{Organization: "bell"}))
	assert.Equal(t, want[4:], r.audit(audit.Query{After: audit.ID{Millis: uint64(byJo.At.UnixMilli()), Number: 3}}))
	entries := audittest.RequireComplete(t, &registry.Contents{}, audit.ID{}, r)
	assert.Equal(t, byJo.At, entries[0].At)
	assert.Equal(t, "desk", entries[0].From)
	info, err := os.Stat(r.journal())
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o640), info.Mode().Perm(), "for the same eyes as the file")
}

func TestReplacingIsNoted(t *testing.T) {
	r := newRig(t, short)
	contents, err := r.Contents(t.Context())
	require.NoError(t, err)
	r.must(func(c *changes) { c.deleteToken("a") })
	require.NoError(t, r.Replace(t.Context(), byJo, contents))
	want := []string{"cli:jo deleted token a", "cli:jo replaced registry", "cli:jo created token a"}
	assert.Equal(t, want, r.audit(audit.Query{}))

	r.edit("tokens: bad\n")
	require.NoError(t, r.Replace(t.Context(), byJo, contents))
	assert.Equal(t, append(want, "file changed registry", "cli:jo replaced registry", "cli:jo replaced organization acme"),
		r.audit(audit.Query{}))
}

func TestNothingSecretInTheJournal(t *testing.T) {
	secret := generated(t)
	r := newRig(t, "organizations: [{id: acme}]\ntokens: []\n")
	demo := webToken("demo")
	demo.Secret = token.Plaintext(secret)
	r.must(func(c *changes) { c.createToken(demo); createC(c) })
	r.must(func(c *changes) { c.token("demo", func(t *token.Token) { t.Secrets[0].ExpiresAt = date(2030, 0) }) })
	r.must(func(c *changes) { c.deleteToken("demo"); c.deleteToken("c") })
	audittest.AssertTellsNo(t, secret, r.journalText())
	audittest.AssertTellsNo(t, secretOf(3), r.journalText())
	assert.Contains(t, r.journalText(), `"hint":"`+secret[60:]+`"`)
}

// A write that ends between its first line and its last was done if the file says so, and else was not.
func TestActUnderWay(t *testing.T) {
	r := newRig(t, short)
	r.must(limitA)
	before := r.journalText()
	r.written = func() {
		assert.Equal(t, []string{"cli:jo changed token a"}, r.audit(audit.Query{}), "not yet done")
	}
	r.must(createC)
	r.written = func() {}
	done, text := r.content(), r.journalText()
	want := []string{"cli:jo changed token a", "cli:jo created token c"}
	assert.Equal(t, want, r.audit(audit.Query{}))

	lines := strings.SplitAfter(text, "\n")
	killed := strings.Join(lines[:len(lines)-2], "")
	require.True(t, strings.HasPrefix(killed, before))
	for cut := len(before); cut <= len(killed); cut++ {
		require.NoError(t, os.WriteFile(r.journal(), []byte(killed[:cut]), 0o600))
		if cut == len(killed) {
			require.Equal(t, want, r.audit(audit.Query{}), "killed behind the rename")
		}
		r.edit(strings.Replace(withDigests(short), "  - id: a\n", "  - id: a\n    spans_per_minute: 5\n", 1))
		require.Equal(t, want[:1], r.audit(audit.Query{}), "killed before the rename")
		require.NoError(t, os.WriteFile(r.path, []byte(done), 0o600))
	}
	require.NoError(t, os.WriteFile(r.journal(), []byte(killed), 0o600))
	r.must(createBell)
	assert.Equal(t, append(want, "cli:jo created organization bell"), r.audit(audit.Query{}))
	assert.Contains(t, r.journalText(), text, "the next writer says that it was done")
}

// What was not done goes, and what is in the journal by mistake does no harm.
func TestJournalOfAnotherHand(t *testing.T) {
	r := newRig(t, short)
	r.must(limitA)
	good := r.journalText()
	for _, rest := range []string{
		`{"writing":"ab"}` + "\n" + `{"id":"1-1","action":"created"}` + "\n", `{"writing":"ab"}`, `{"id":"9-9`,
		"\n\nnot JSON\n", "[]\n", `{"id":7}` + "\n", `{"id":"1-1","action":"created"}` + "\n", "\x00\x00\x00",
	} {
		require.NoError(t, os.WriteFile(r.journal(), []byte(good+rest), 0o600))
		assert.Equal(t, []string{"cli:jo changed token a"}, r.audit(audit.Query{}), rest)
	}
	undone := good + `{"writing":"ab"}` + strings.Repeat("\n"+`{"id":"1-1","action":"created"}`, 50) + "\n\x00"
	require.NoError(t, os.WriteFile(r.journal(), []byte(undone), 0o600))
	r.must(createC)
	assert.Equal(t, []string{"cli:jo changed token a", "cli:jo created token c"}, r.audit(audit.Query{}))
	assert.True(t, strings.HasPrefix(r.journalText(), good))
	assert.NotContains(t, r.journalText(), `"1-1"`)
	assert.NotContains(t, r.journalText(), "\x00")

	require.NoError(t, os.Remove(r.journal()))
	r.must(createBell)
	assert.Equal(t, []string{"cli:jo created organization bell"}, r.audit(audit.Query{}))
}

// What can't be told isn't done.
func TestNoWriteWithoutAudit(t *testing.T) {
	r := newRig(t, short)
	require.NoError(t, os.Mkdir(r.journal(), 0o700))
	require.Error(t, r.Write(t.Context(), byJo, r.change(limitA)...))
	assert.Equal(t, withDigests(short), r.content())
	assert.NoFileExists(t, r.path+".new")
	_, err := r.Audit(t.Context(), audit.Query{})
	require.Error(t, err)
}

func TestJournalIsBounded(t *testing.T) {
	r := newRig(t, "tokens: []\n")
	r.must(func(c *changes) { c.createOrganization(token.Organization{ID: "quiet"}) })
	r.must(func(c *changes) { c.createOrganization(token.Organization{ID: "busy"}) })
	j, err := readJournal(r.path)
	require.NoError(t, err)
	info, err := os.Stat(r.path)
	require.NoError(t, err)
	most := 0
	for range 60 {
		var many []audit.Entry
		for range 100 {
			many = append(many, audit.Entry{Action: audit.Changed, Kind: audit.KindToken, Organization: "busy"})
		}
		require.NoError(t, j.announce(&version{path: r.path, info: info, content: []byte(r.content())},
			[]byte(r.content()), byJo.Entries(many), byJo.At))
		require.NoError(t, j.confirm(&version{path: r.path, info: info}))
		most = max(most, len(r.audit(audit.Query{})))
	}
	assert.Less(t, most, audit.KeptOfEach+2*slack+200)
	all := r.audit(audit.Query{Organization: "busy"})
	assert.GreaterOrEqual(t, len(all), audit.KeptOfEach)
	assert.Less(t, len(all), audit.KeptOfEach+2*slack+200)
	assert.Equal(t, []string{"cli:jo created organization quiet"}, r.audit(audit.Query{Organization: "quiet"}))
	r.must(createC2)
	require.Len(t, r.audit(audit.Query{Organization: "quiet"}), 2, "it goes on behind what was written anew")
	assert.NoFileExists(t, r.journal()+".new")
	entries, err := r.Audit(t.Context(), audit.Query{OldestFirst: true})
	require.NoError(t, err)
	for i := range entries[1:] {
		require.Equal(t, 1, entries[i+1].ID.Compare(entries[i].ID))
	}
}

func createC2(c *changes) {
	t := webToken("c", 3)
	t.Organization = "quiet"
	c.createToken(t)
}

func TestIDsGrow(t *testing.T) {
	r := newRig(t, short)
	r.must(limitA)
	later, earlier := byJo, byJo
	later.At, earlier.At = byJo.At.Add(time.Hour), byJo.At.Add(-time.Hour)
	require.NoError(t, r.Write(t.Context(), later, r.change(createC)...))
	require.NoError(t, r.Write(t.Context(), earlier, r.change(createBell)...))
	entries, err := r.Audit(t.Context(), audit.Query{})
	require.NoError(t, err)
	ids := []audit.ID{}
	for _, e := range entries {
		ids = append(ids, e.ID)
	}
	at := uint64(later.At.UnixMilli())
	assert.Equal(t, []audit.ID{{Millis: at, Number: 1}, {Millis: at}, {Millis: uint64(byJo.At.UnixMilli())}}, ids)
}
