// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit/audittest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/soak"
)

// Whatever two writers do to the same records, each acknowledged write is there in the end, and who follows the audit knows
// of it once.
func TestWritersLoseNothing(t *testing.T) {
	const writers, tokens = 8, 3
	rounds := 60 * soak.Factor(t)
	r := newRig(t)
	r.must(organization("acme", 60, 0))
	for i := range tokens {
		r.must(tokenOf(fmt.Sprint("t", i), 0, 0))
	}
	var acknowledged [tokens]atomic.Int64
	var conflicts atomic.Int64
	var group sync.WaitGroup
	for range writers {
		s := open(t, r.config)
		group.Go(func() {
			for range rounds {
				i := rand.IntN(tokens)
				if !increment(t, s, fmt.Sprint("t", i)) {
					conflicts.Add(1)
					continue
				}
				acknowledged[i].Add(1)
			}
		})
	}
	source, m := Follow(r.config), newMirror(t)
	require.NoError(t, source.Start(t.Context(), m))
	entries := r.followAudit(&group)
	total := 1 + tokens
	for i := range acknowledged {
		total += int(acknowledged[i].Load())
	}
	assert.Len(t, entries, total, "an entry for each record of a write")
	c, err := r.Contents(t.Context())
	require.NoError(t, err)
	audittest.RequireExplained(t, &registry.Contents{}, entries, c)
	for i := range tokens {
		stored, err := r.Token(t.Context(), fmt.Sprint("t", i))
		require.NoError(t, err)
		assert.Equal(t, acknowledged[i].Load(), *stored.SpansPerMinute)
	}
	assert.Positive(t, conflicts.Load(), "writers that never meet prove nothing")
	want, err := contentsOf(t.Context(), r.Store)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return m.String() == want }, time.Minute, time.Millisecond)
	source.Close()
	assert.Empty(t, m.failed())
	t.Logf("%d conflicts in %d writes", conflicts.Load(), writers*rounds)
}

// followAudit returns all entries up to the end of writers.
func (r *rig) followAudit(writers *sync.WaitGroup) []audit.Entry {
	r.t.Helper()
	var entries []audit.Entry
	var written atomic.Bool
	var following sync.WaitGroup
	following.Go(func() {
		for !written.Load() && !r.t.Failed() {
			entries = append(entries, r.auditAfter(entries, 100)...)
			time.Sleep(time.Millisecond)
		}
	})
	writers.Wait()
	written.Store(true)
	following.Wait()
	return append(entries, r.auditAfter(entries, 0)...)
}

func (r *rig) auditAfter(entries []audit.Entry, limit int) []audit.Entry {
	r.t.Helper()
	q := audit.Query{OldestFirst: true, Limit: limit}
	if len(entries) > 0 {
		q.After = entries[len(entries)-1].ID
	}
	more, err := r.Audit(r.t.Context(), q)
	assert.NoError(r.t, err)
	return more
}

// increment raises a limit by one, and reports whether nobody was faster.
func increment(t *testing.T, s *Store, id string) bool {
	t.Helper()
	stored, err := s.Token(t.Context(), id)
	if err != nil {
		t.Error(err)
		return false
	}
	limit := *stored.SpansPerMinute + 1
	err = s.Write(t.Context(), audit.Act{}, tokenOf(id, limit, stored.Revision))
	if errors.As(err, new(*registry.ConflictError)) {
		return false
	}
	return assert.NoError(t, err)
}

// child is the environment variable with which the test binary becomes a writer: the address of a Redis.
const child = "REDISSTORE_WRITER"

// TestWriter is no test but the process that the next one kills: it swaps the whole registry again and again, which takes
// many commands, and says before and after what it writes.
func TestWriter(t *testing.T) {
	address := os.Getenv(child)
	if address == "" {
		return
	}
	s := open(t, configOf(address))
	for version := int64(1); ; version++ {
		fmt.Println("writes", version)
		require.NoError(t, s.Replace(t.Context(), audit.Act{}, versioned(version)))
		fmt.Println("wrote", version)
	}
}

// versioned is a registry of which a part of another version is easily told.
func versioned(version int64) *registry.Contents {
	acme := registry.Organization{Organization: organization("acme", version, 0).Organization}
	c := &registry.Contents{Organizations: []registry.Organization{acme}}
	for i := range 3 * chunk {
		c.Tokens = append(c.Tokens, registry.Token{Token: record(fmt.Sprintf("t%d", i), version)})
	}
	return c
}

// A writer that is killed at any moment leaves the registry as it was before its write, or after it.
func TestKilledWriter(t *testing.T) {
	r := newRig(t)
	require.NoError(t, r.Replace(t.Context(), audit.Act{}, versioned(0)))
	r.step()
	noted := r.replacements()
	for range 10 * soak.Factor(t) {
		before, last := r.killWriter(t)
		c, err := r.Contents(t.Context())
		require.NoError(t, err)
		version := *c.Organizations[0].SpansPerMinute
		for _, stored := range c.Tokens {
			require.Equal(t, version, *stored.SpansPerMinute)
		}
		require.Len(t, c.Tokens, 3*chunk)
		if before > 0 {
			require.Contains(t, []int64{before, last}, version)
			require.Equal(t, noted+int(version), r.replacements())
		}
		noted = r.replacements() + 1
		require.NoError(t, r.Replace(t.Context(), audit.Act{}, versioned(version)), "nobody is locked out")
	}
	want, err := contentsOf(t.Context(), r.Store)
	require.NoError(t, err)
	for r.step() != want {
		require.Empty(t, r.mirror.failed())
	}
	for _, key := range r.redis("KEYS", "*staging*").([]any) {
		ttl := r.redis("TTL", key).(int64)
		assert.Positive(t, ttl, "what a dead writer leaves goes away")
		assert.LessOrEqual(t, ttl, int64(stagingTTL.Seconds()))
	}
}

// replacements returns how often the audit says that the registry was replaced.
func (r *rig) replacements() int {
	r.t.Helper()
	entries, err := r.Audit(r.t.Context(), audit.Query{})
	require.NoError(r.t, err)
	n := 0
	for _, e := range entries {
		if e.Action == audit.Replaced && e.Kind == audit.KindRegistry {
			n++
		}
	}
	return n
}

// killWriter runs a writer for a while, and returns the last version that it has written and the one that it began last.
func (r *rig) killWriter(t *testing.T) (wrote, began int64) {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestWriter$")
	command.Env = append(os.Environ(), child+"="+r.server.Addr())
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	lines := bufio.NewScanner(output)
	require.True(t, lines.Scan(), "the writer doesn't start")
	_, err = fmt.Sscanf(lines.Text(), "writes %d", &began)
	require.NoError(t, err)
	time.Sleep(rand.N(120 * time.Millisecond))
	require.NoError(t, command.Process.Kill())
	rest, err := io.ReadAll(output)
	require.NoError(t, err)
	_ = command.Wait()
	more := bufio.NewScanner(strings.NewReader(lines.Text() + "\n" + string(rest)))
	for more.Scan() {
		_, _ = fmt.Sscanf(more.Text(), "writes %d", &began)
		_, _ = fmt.Sscanf(more.Text(), "wrote %d", &wrote)
	}
	return wrote, began
}

// A Redis that writes each command to its log before it answers loses nothing when it is killed, and no half of a write
// is there afterwards.
func TestKilledRedis(t *testing.T) {
	r := newRig(t, "--appendonly", "yes", "--appendfsync", "always")
	dir := r.redis("CONFIG", "GET", "dir").(map[any]any)["dir"].(string)
	r.must(organization("acme", 0, 0), tokenOf("a", 0, 0), tokenOf("b", 0, 0))
	r.step()
	for range 8 * soak.Factor(t) {
		first, err := r.Contents(t.Context())
		require.NoError(t, err)
		last, err := r.Audit(t.Context(), audit.Query{Limit: 1})
		require.NoError(t, err)
		acknowledged := r.writeUntilKilled(t)
		cutOff(t, dir)
		r.server.Restart()
		audittest.RequireComplete(t, first, last[0].ID, r)
		a, err := r.Token(t.Context(), "a")
		require.NoError(t, err)
		b, err := r.Token(t.Context(), "b")
		require.NoError(t, err)
		require.Equal(t, *a.SpansPerMinute, *b.SpansPerMinute, "half of a write")
		require.GreaterOrEqual(t, *a.SpansPerMinute, acknowledged)
		require.LessOrEqual(t, *a.SpansPerMinute, acknowledged+1, "the one that was under way")
	}
	want, err := contentsOf(t.Context(), r.Store)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return r.step() == want }, time.Minute, time.Millisecond)
	for _, reason := range r.mirror.failed() {
		require.ErrorIs(t, reason, registry.ErrUnavailable)
	}
}

// cutOff removes the half of a write from the end of a log, which Redis 7.0 doesn't: it cuts off the last command, and goes
// on behind an open MULTI, so that at the next start what was written there is lost or done twice (valkey pull 4342).
func cutOff(t *testing.T, dir string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "redis-check-aof", "--fix", "appendonlydir/appendonly.aof.manifest")
	command.Dir, command.Stdin = dir, strings.NewReader("y\n")
	output, err := command.CombinedOutput()
	require.NoError(t, err, string(output))
}

// writeUntilKilled writes to two records at once until Redis is gone, and returns the last limit that was acknowledged.
func (r *rig) writeUntilKilled(t *testing.T) int64 {
	t.Helper()
	stored, err := r.Token(t.Context(), "a")
	require.NoError(t, err)
	limit, revision := *stored.SpansPerMinute, stored.Revision
	time.AfterFunc(rand.N(50*time.Millisecond), r.server.Kill)
	for {
		err := r.Write(t.Context(), audit.Act{}, tokenOf("a", limit+1, revision), tokenOf("b", limit+1, revision))
		if err != nil {
			require.ErrorIs(t, err, registry.ErrUnavailable)
			return limit
		}
		limit, revision = limit+1, revision+1
	}
}
