// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit/audittest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// collector watches a file and notes what is edited by hand.
type collector struct {
	*rig
	watcher watcher
}

// collect starts a collector on the file of a rig.
func (r *rig) collect(o Options) *collector {
	r.t.Helper()
	o.NoteEdits = true
	c := &collector{rig: &rig{Open(r.path, o), r.t}}
	c.watcher = watcher{file: c.follow(), follower: registry.New(nil)}
	require.NoError(r.t, c.watcher.loadFirst())
	return c
}

// look is often enough to notice.
func (c *collector) look() {
	for range 3 {
		c.watcher.look()
	}
}

// aFile is one of tokens, with limits.
func aFile(tokens string) string {
	var b strings.Builder
	b.WriteString("organizations: [{id: acme}]\ntokens:\n")
	for i, id := range strings.Fields(tokens) {
		id, limit, _ := strings.Cut(id, "=")
		fmt.Fprintf(&b, "  - {id: %s, organization: acme, kind: web, secrets: [{sha256: \"D%d\"}]", id, i+1)
		if limit != "" {
			b.WriteString(", spans_per_minute: " + limit)
		}
		b.WriteString("}\n")
	}
	return b.String()
}

func TestEditsAreNoted(t *testing.T) {
	r := newRig(t, aFile("a b"))
	first, second := r.collect(Options{}), r.collect(Options{})
	assert.NoFileExists(t, r.journal(), "nothing is known to have been done")
	assert.NoFileExists(t, r.path+".lock")
	look := func() {
		for _, c := range []*collector{first, second, first} {
			c.look()
		}
	}
	want := []string{}
	expect := func(entries ...string) {
		t.Helper()
		look()
		want = append(want, entries...)
		assert.Equal(t, want, r.audit(audit.Query{}))
	}
	r.edit(aFile("a b=5"))
	expect("file changed token b")
	r.edit("# only a comment\n" + aFile("a b=5"))
	expect()
	r.must(limitA)
	expect("cli:jo changed token a")
	r.must(createC)
	r.must(createBell)
	expect("cli:jo created token c", "cli:jo created organization bell")
	r.edit(aFile("a b=5"))
	expect("file changed token a", "file deleted token c", "file deleted organization bell")
	r.edit(strings.Replace(aFile("a b=5"), "id: a,", "id: a, disabled: true,", 1))
	expect("file disabled token a")
	r.edit("tokens: bad\n")
	expect()
	r.edit(aFile("a b=5")) // as it was once before
	expect("file enabled token a")
	first, second = r.collect(Options{}), r.collect(Options{})
	expect()
	entries, err := r.Audit(t.Context(), audit.Query{Limit: 1, OldestFirst: true})
	require.NoError(t, err)
	assert.Equal(t, `{"spans_per_minute":5}`, compact(t, entries[0].After))
	audittest.AssertTellsNo(t, secretOf(1), r.journalText())
}

func compact(t *testing.T, f audit.Fields) string {
	t.Helper()
	var parts []string
	for name, value := range f {
		parts = append(parts, fmt.Sprintf("%q:%s", name, value))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// Nobody knows what was edited while nobody watched, but that it was.
func TestEditsNobodySaw(t *testing.T) {
	for name, notice := range map[string]func(r *rig) []string{
		"a start": func(r *rig) []string { r.collect(Options{}); r.collect(Options{}); return nil },
		"a write": func(r *rig) []string { r.must(createBell); return []string{"cli:jo created organization bell"} },
		"between two looks": func(r *rig) []string {
			c := r.collect(Options{})
			r.edit(aFile("a=5 b"))
			r.must(createBell)
			c.look()
			return []string{"file changed registry", "cli:jo created organization bell"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, aFile("a"))
			r.must(limitA)
			r.edit(aFile("a=7 b"))
			want := append([]string{"cli:jo changed token a", "file changed registry"}, notice(r)...)
			assert.Equal(t, want, r.audit(audit.Query{}))
			c := r.collect(Options{})
			c.look()
			assert.Equal(t, want, r.audit(audit.Query{}), "once")
		})
	}
}

// A collector that starts where a writer was killed behind the rename says that it was done.
func TestStartBehindAKilledWriter(t *testing.T) {
	r := newRig(t, aFile("a"))
	r.must(limitA)
	text := r.journalText()
	unfinished := text[:strings.LastIndex(strings.TrimSpace(text), "\n")+1]
	require.NoError(t, os.WriteFile(r.journal(), []byte(unfinished), 0o600))
	r.collect(Options{})
	assert.Equal(t, text, r.journalText())
	r.edit(aFile("a"))
	assert.Equal(t, []string{"cli:jo changed token a"}, r.audit(audit.Query{}), "it stays done, whatever comes")
}

// Where nothing may be written, what is edited by hand is kept in memory, and what others have written is in their journal.
func TestEditsOfAReadOnlyFile(t *testing.T) {
	r := newRig(t, aFile("a b"))
	c := r.collect(Options{ReadOnly: true})
	r.edit(aFile("a=5 b"))
	c.look()
	assert.NoFileExists(t, r.journal())
	assert.NoFileExists(t, r.path+".lock")
	assert.Equal(t, []string{"file changed token a"}, c.audit(audit.Query{}))
	assert.Empty(t, r.audit(audit.Query{}))
	r.must(func(c *changes) { c.deleteToken("b") })
	c.look()
	r.edit(aFile("a"))
	c.look()
	all := c.audit(audit.Query{})
	assert.ElementsMatch(t, []string{"file changed token a", "cli:jo deleted token b", "file changed token a"}, all)
	assert.Equal(t, []string{"cli:jo deleted token b"}, r.audit(audit.Query{}))
}

func TestEditsWhereNothingMayBeLeft(t *testing.T) {
	r := openRig(t)
	c := r.collect(Options{})
	require.NoError(t, os.Chmod(filepath.Dir(r.path), 0o755))
	require.NoError(t, os.Chmod(r.path, 0o644))
	r.edit(short + shortC)
	require.NoError(t, as(nobody, func() error { c.look(); return nil }))
	assert.Equal(t, []string{"file created token c"}, c.audit(audit.Query{}))
	assert.NoFileExists(t, r.journal())
}

// While somebody writes, a note has to wait, and serving must not.
func TestEditWhileSomebodyWrites(t *testing.T) {
	r := newRig(t, aFile("a"))
	c := r.collect(Options{})
	lock, err := acquire(t.Context(), r.path)
	require.NoError(t, err)
	r.edit(aFile("a b"))
	c.look()
	g, ok := c.watcher.follower.(*registry.Registry).Lookup(digestOf(2))
	require.True(t, ok)
	assert.Equal(t, "b", g.Token.ID)
	assert.Empty(t, r.audit(audit.Query{}))
	r.edit(aFile("a b c"))
	release(lock)
	c.look()
	assert.Equal(t, []string{"file created token b", "file created token c"}, r.audit(audit.Query{}))
}

func TestLargeEdit(t *testing.T) {
	r := newRig(t, aFile("a"))
	c := r.collect(Options{})
	many := "organizations: [{id: acme}]\ntokens:\n"
	for i := range audit.MaxEntries + 1 {
		many += fmt.Sprintf("  - {id: t%d, organization: acme, kind: web, secrets: [{sha256: \"%s\"}]}\n", i, digestOf(i+10))
	}
	r.edit(many)
	c.look()
	entries, err := r.Audit(t.Context(), audit.Query{})
	require.NoError(t, err)
	assert.Equal(t, []string{"file changed organization acme"}, linesOf(entries))
	assert.Equal(t, &audit.Counts{Created: audit.MaxEntries + 1, Deleted: 1}, entries[0].Counts)
}
