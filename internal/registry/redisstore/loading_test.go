// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// hook does something just before a client sends a command for the nth time.
type hook struct {
	command string
	nth     int32
	do      func()
	seen    atomic.Int32
}

var _ redis.Hook = (*hook)(nil)

// DialHook implements redis.Hook.
func (*hook) DialHook(next redis.DialHook) redis.DialHook { return next }

// ProcessPipelineHook implements redis.Hook.
func (*hook) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

// ProcessHook implements redis.Hook.
func (h *hook) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if cmd.Name() == h.command && h.seen.Add(1) == h.nth {
			h.do()
		}
		return next(ctx, cmd)
	}
}

// before returns another store of the registry whose client does something before a command.
func (r *rig) before(command string, nth int32, do func()) *Store {
	r.t.Helper()
	s := open(r.t, r.config)
	s.client.AddHook(&hook{command: command, nth: nth, do: do})
	return s
}

// manyTokens are more than a page holds.
func manyTokens(n int, name string) []registry.Change {
	var changes []registry.Change
	for i := range n {
		changes = append(changes, tokenOf(fmt.Sprintf("%s%d", name, i), 1, 0))
	}
	return changes
}

// Cursors of a scan mean nothing to a server that has been started anew: records are passed over, without an error.
func TestRestartWhileLoading(t *testing.T) {
	for name, then := range map[string]func(r *rig){
		"alone":        func(*rig) {},
		"and a write":  func(r *rig) { r.must(organization("x", 1, 0)) },
		"and a change": func(r *rig) { r.must(tokenOf("t7", 2, 1)) },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, "--appendonly", "yes", "--appendfsync", "always")
			r.must(append(manyTokens(5*pageSize, "t"), organization("acme", 60, 0))...)
			r.step()
			r.must(manyTokens(maxChanges+1, "u")...) // a large write has all load again
			r.tail.client = r.before("hscan", 4, func() {
				r.server.Restart()
				then(r)
			}).client
			for range 4 {
				r.tail.step(t.Context())
			}
			want, err := contentsOf(t.Context(), r.Store)
			require.NoError(t, err)
			assert.Equal(t, want, r.mirror.String())
			assert.Empty(t, r.mirror.failed())
			r.must(organization("other", 1, 0))
		})
	}
}

// Nor to the replica that takes over in a failover which loses nothing.
func TestFailoverWhileLoading(t *testing.T) {
	cluster := redistest.StartCluster(t)
	config := configOf(cluster.Addrs()...)
	config.Cluster = true
	r := &rig{t: t, Store: open(t, config)}
	r.tail, r.mirror = r.follow()
	r.must(append(manyTokens(5*pageSize, "t"), organization("acme", 60, 0))...)
	r.step()
	r.must(manyTokens(maxChanges+1, "u")...)
	r.tail.client = r.before("hscan", 4, func() { cluster.Failover(r.keys.head) }).client
	for range 4 {
		r.tail.step(t.Context())
	}
	want, err := contentsOf(t.Context(), r.Store)
	require.NoError(t, err)
	assert.Equal(t, want, r.mirror.String())
	for _, reason := range r.mirror.failed() {
		require.ErrorIs(t, reason, registry.ErrUnavailable)
	}
	r.must(organization("other", 1, 0))
}

// What is written while a collector reads the pages is in what it serves at once, in full.
func TestWrittenWhileLoading(t *testing.T) {
	for name, meanwhile := range map[string]func(r *rig){
		"written": func(r *rig) {
			r.must(tokenOf("new", 1, 0), tokenOf("a", 6, 1))
			r.must(registry.DeleteToken("gone", 1))
		},
		"written, and some of it trimmed": func(r *rig) {
			r.must(registry.DeleteToken("gone", 1))
			r.must(tokenOf("new", 1, 0))
			r.redis("XTRIM", r.keys.changes, "MAXLEN", 1)
		},
		"replaced": func(r *rig) {
			c, err := r.Contents(r.t.Context())
			require.NoError(r.t, err)
			c.Tokens = c.Tokens[:1]
			require.NoError(r.t, r.Replace(r.t.Context(), audit.Act{}, c))
		},
		"another registry": func(r *rig) {
			r.redis("FLUSHALL")
			r.must(organization("other", 1, 0))
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.must(organization("acme", 60, 0), tokenOf("a", 5, 0), tokenOf("gone", 5, 0))
			r.tail.client = r.before("hmget", 2, func() { meanwhile(r) }).client // when all pages are read
			got := r.step()
			want, err := contentsOf(t.Context(), r.Store)
			require.NoError(t, err)
			assert.Equal(t, want, got)
			assert.Equal(t, 1, r.mirror.loads)
			assert.Empty(t, r.mirror.failed())
		})
	}
}

// Whoever was away for long reads what has piled up in pieces, whatever the time for one.
func TestBacklog(t *testing.T) {
	r := newRig(t)
	r.must(append(manyTokens(maxChanges-1, "t"), organization("acme", 60, 0))...)
	r.step()
	const writes = 3 * entriesRead
	for i := range writes {
		r.must(tokenOf("t0", int64(i), registry.Revision(i+1)))
	}
	r.tail.state = away
	for range writes/entriesRead + 1 {
		r.step()
	}
	assert.Equal(t, registry.Revision(writes+1), r.tail.at.revision)
	assert.Equal(t, 1, r.mirror.loads)
}
