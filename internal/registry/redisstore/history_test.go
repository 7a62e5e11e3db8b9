// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// Old data, two writes over the same record, and only the last of them is remembered: it names another one before it.
func TestOtherHistoryTrimmed(t *testing.T) {
	r := newRig(t)
	r.must(organization("acme", 60, 0), tokenOf("a", 5, 0))
	r.step()
	old := r.take()
	r.must(tokenOf("new", 5, 0))
	served := r.step()
	r.bring(old)
	r.must(tokenOf("a", 6, 1))
	r.must(tokenOf("a", 7, 2))
	r.redis("XTRIM", r.keys.changes, "MAXLEN", 1)
	for range 2 {
		assert.Equal(t, served, r.step())
	}
	require.Len(t, r.mirror.failed(), 1)
	require.ErrorAs(t, r.mirror.failed()[0], new(*registry.LostError))
}

// The same revision, records that don't contradict, and nothing newer in the stream: the entry is another one.
func TestSameRevisionOtherEntry(t *testing.T) {
	r := newRig(t)
	r.must(organization("acme", 60, 0), tokenOf("a", 5, 0))
	r.step()
	old := r.take()
	r.must(tokenOf("new", 5, 0))
	served := r.step()
	r.bring(old)
	r.must(tokenOf("a", 6, 1))
	r.redis("DEL", r.keys.changes)
	for range 2 {
		assert.Equal(t, served, r.step())
	}
	require.Len(t, r.mirror.failed(), 1)
	require.ErrorAs(t, r.mirror.failed()[0], new(*registry.LostError))
}

// One record alone can tell that writes were lost.
func TestOnlySign(t *testing.T) {
	for name, change := range map[string]registry.Change{
		"a deleted token": registry.DeleteToken("gone", 1), "an organization": organization("acme", 61, 1),
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.must(organization("acme", 60, 0), tokenOf("a", 5, 0), tokenOf("gone", 5, 0))
			r.step()
			old := r.take()
			r.must(change)
			served := r.step()
			r.bring(old)
			r.must(organization("x", 1, 0))
			r.must(organization("x", 2, 2))
			r.redis("XTRIM", r.keys.changes, "MAXLEN", 0)
			for range 2 {
				assert.Equal(t, served, r.step())
			}
			require.Len(t, r.mirror.failed(), 1)
			require.ErrorAs(t, r.mirror.failed()[0], new(*registry.LostError))
		})
	}
}

// The clock of a new master may be behind: then its entries come before those that were served.
func TestLostAndTheClockIsBehind(t *testing.T) {
	r := newRig(t)
	r.must(organization("acme", 60, 0), tokenOf("a", 5, 0))
	r.step()
	old := r.take()
	future := fmt.Sprintf("%d-0", time.Now().Add(time.Hour).UnixMilli()) // the old master's clock is ahead
	r.redis("XSETID", r.keys.changes, future)
	r.must(tokenOf("new", 5, 0))
	served := r.step()
	require.Contains(t, served, "token new")
	r.bring(old) // a replica that lagged
	r.must(tokenOf("a", 6, 1))
	r.must(tokenOf("a", 7, 2))
	r.tail.state = away
	for range 3 {
		assert.Equal(t, served, r.step())
	}
	require.NotEmpty(t, r.mirror.failed())
}

// A fence is for the head that was seen: what has been replaced or written to since stays open.
func TestFenceComesTooLate(t *testing.T) {
	for name, heal := range map[string]func(r *rig){
		"replaced": func(r *rig) { require.NoError(r.t, r.Replace(r.t.Context(), audit.Act{}, &registry.Contents{})) },
		"written":  func(r *rig) { r.must(organization("x", 1, 0)) },
	} {
		t.Run(name, func(t *testing.T) {
			r, _ := newWorld(t)
			seen, err := r.head(t.Context())
			require.NoError(t, err)
			heal(r)
			r.tail.fence(t.Context(), seen)
			require.NoError(t, r.Write(t.Context(), audit.Act{}, organization("y", 1, 0)))
		})
	}
}

// Revisions go on where a collector had come to: whoever looked before the loss overwrites nobody's change after it.
func TestRevisionsAreNotUsedAgain(t *testing.T) {
	r := newRig(t)
	r.must(organization("acme", 60, 0))
	r.must(tokenOf("a", 5, 0))
	r.must(tokenOf("a", 6, 2))
	r.step()
	backup, err := r.Contents(t.Context())
	require.NoError(t, err)
	seen := r.revision("a") // somebody looks at it: limit 6 at revision 3
	r.redis("FLUSHALL")
	r.tail.state = away
	r.step() // a fence, which knows that revision 3 was served
	require.NoError(t, r.Replace(t.Context(), audit.Act{}, backup))
	x, _ := r.Token(t.Context(), "a")
	r.must(tokenOf("a", 100, x.Revision))
	x, _ = r.Token(t.Context(), "a")
	r.must(tokenOf("a", 200, x.Revision))
	err = r.Write(t.Context(), audit.Act{}, tokenOf("a", 7, seen))
	require.ErrorAs(t, err, new(*registry.ConflictError))
}

// A replacement is the latest one, whatever the clock of its server says.
func TestReplaceOnASlowClock(t *testing.T) {
	r := newRig(t)
	r.must(organization("acme", 60, 0))
	backup, err := r.Contents(t.Context())
	require.NoError(t, err)
	require.NoError(t, r.Replace(t.Context(), audit.Act{}, backup))
	// the first Redis had a clock one hour ahead
	future := fmt.Sprintf("%d-%s", time.Now().Add(time.Hour).UnixMilli(), "X")
	r.redis("HSET", r.keys.head, "birth", future)
	r.step()
	r.redis("FLUSHALL")
	r.tail.state = away
	r.step()
	require.NoError(t, r.Replace(t.Context(), audit.Act{}, backup))
	r.step()
	assert.True(t, r.mirror.isCurrent(), "%v", r.mirror.failed())
}
