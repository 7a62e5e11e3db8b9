// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// image is what is in a Redis, to bring it back later: so looks a replica that lags, or a restored backup.
type image map[string]string

func (r *rig) take() image {
	r.t.Helper()
	all := image{}
	for _, key := range r.redis("KEYS", "*").([]any) {
		all[key.(string)] = r.redis("DUMP", key).(string)
	}
	return all
}

func (r *rig) bring(all image) {
	r.t.Helper()
	r.redis("FLUSHALL")
	for key, dump := range all {
		r.redis("RESTORE", key, 0, dump)
	}
}

// newWorld has a token a that stays, and a token gone that was deleted.
func newWorld(t *testing.T) (r *rig, beforeDeletion image) {
	t.Helper()
	r = newRig(t)
	r.must(organization("acme", 60, 0), tokenOf("a", 5, 0), tokenOf("gone", 5, 0))
	r.step()
	old := r.take()
	r.must(registry.DeleteToken("gone", 1))
	require.Equal(t, known, r.step())
	return r, old
}

const known = "organization acme 60@1, token a 5@1"

func TestLostWrites(t *testing.T) {
	tests := []struct {
		name string
		lose func(t *testing.T, r *rig, old image)
		want string
	}{
		{
			"flushed",
			func(_ *testing.T, r *rig, _ image) { r.redis("FLUSHALL") },
			"it is empty, as after FLUSHALL or a restart without persistence; revision 2 was served",
		},
		{
			"restarted without persistence",
			func(_ *testing.T, r *rig, _ image) { r.server.Restart() },
			"it is empty, as after FLUSHALL or a restart without persistence; revision 2 was served",
		},
		{
			"old data",
			func(_ *testing.T, r *rig, old image) { r.bring(old) },
			"it is at revision 1, and 2 was served",
		},
		{
			"old data, and another write",
			func(_ *testing.T, r *rig, old image) {
				r.bring(old)
				r.must(tokenOf("new", 1, 0))
			},
			"its revision 2 is another one than was served",
		},
		{
			"old data, and two other writes",
			func(_ *testing.T, r *rig, old image) {
				r.bring(old)
				r.must(tokenOf("new", 1, 0))
				r.must(tokenOf("newer", 1, 0))
			},
			"its revision 2 is another one than was served",
		},
		{
			"old data, other writes, and their history is gone",
			func(_ *testing.T, r *rig, old image) {
				r.bring(old)
				r.must(tokenOf("new", 1, 0))
				r.must(tokenOf("newer", 1, 0))
				r.redis("XTRIM", r.keys.changes, "MAXLEN", 0)
			},
			"records of a time before revision 2 are others than were served",
		},
		{
			"another registry, as large",
			func(_ *testing.T, r *rig, _ image) {
				r.redis("FLUSHALL")
				r.must(organization("acme", 1, 0))
				r.must(tokenOf("a", 1, 0))
			},
			"another registry has begun in its place; revision 2 of the old one was served",
		},
		{
			"another registry, larger",
			func(_ *testing.T, r *rig, _ image) {
				r.redis("FLUSHALL")
				r.must(organization("acme", 1, 0))
				for _, id := range []string{"a", "b", "c", "d"} {
					r.must(tokenOf(id, 1, 0))
				}
			},
			"another registry has begun in its place; revision 2 of the old one was served",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, old := newWorld(t)
			backup, err := r.Contents(t.Context())
			require.NoError(t, err)
			tt.lose(t, r, old)
			r.assertLost(t, tt.want)
			r.assertReplaced(t, backup)
		})
	}
}

// assertLost lets the collector notice, which must keep what it has, say so once, and keep writers away.
func (r *rig) assertLost(t *testing.T, want string) {
	t.Helper()
	for range 3 {
		assert.Equal(t, known, r.step())
	}
	var last error
	for _, reason := range r.mirror.failed() {
		last = reason
	}
	var lost *registry.LostError
	require.ErrorAs(t, last, &lost)
	assert.Equal(t, want, lost.Detail)
	assert.Contains(t, lost.Error(), "clienttokens import --replace")
	assert.LessOrEqual(t, len(r.mirror.failed()), 2, "that Redis was away, perhaps, and that writes are lost")
	assert.False(t, r.mirror.current)

	err := r.Write(t.Context(), audit.Act{}, organization("other", 1, 0))
	require.ErrorAs(t, err, &lost, "writers are kept away")
	_, err = r.Contents(t.Context())
	require.ErrorAs(t, err, &lost, "nobody takes what is left for all there is")
	_, err = r.Token(t.Context(), "a")
	require.ErrorAs(t, err, &lost)
	late, mirror := r.follow()
	late.step(t.Context())
	assert.Zero(t, mirror.loads, "who starts now doesn't know what is missing")
	require.Len(t, mirror.failed(), 1)
	require.ErrorAs(t, mirror.failed()[0], &lost)
}

// assertReplaced puts a backup in the place of what is there: all collectors follow again.
func (r *rig) assertReplaced(t *testing.T, backup *registry.Contents) {
	t.Helper()
	require.NoError(t, r.Replace(t.Context(), audit.Act{}, backup))
	assert.NotContains(t, r.step(), "gone")
	assert.Contains(t, r.mirror.String(), "token a 5@")
	assert.True(t, r.mirror.current)
	late, mirror := r.follow()
	late.step(t.Context())
	assert.Equal(t, r.mirror.String(), mirror.String())
	r.must(organization("other", 1, 0))
	assert.Contains(t, r.step(), "organization other 1@")
}

// Once the right data are back, all goes on by itself.
func TestDataAreBack(t *testing.T) {
	r, old := newWorld(t)
	good := r.take()
	r.bring(old)
	r.assertLost(t, "it is at revision 1, and 2 was served")
	r.bring(good)
	assert.Equal(t, known, r.step())
	assert.True(t, r.mirror.current)
	r.must(tokenOf("new", 1, 0))
	assert.Equal(t, known+", token new 1@3", r.step())
}

// An old replica of a registry that was replaced since is none to follow.
func TestReplacedAndOldAgain(t *testing.T) {
	r, _ := newWorld(t)
	before := r.take()
	require.NoError(t, r.Replace(t.Context(), audit.Act{}, &registry.Contents{}))
	assert.Empty(t, r.step())
	r.bring(before)
	assert.Empty(t, r.step())
	require.Len(t, r.mirror.failed(), 1)
	require.ErrorContains(t, r.mirror.failed()[0], "another registry has begun in its place")
}

// A collector that may only read keeps what it has, too.
func TestLostWithoutAFence(t *testing.T) {
	r, _ := newWorld(t)
	permit(t, r.server.Addr(), "reader", "-@all ~* +hmget +hscan +hlen +xread +multi +exec")
	config := *r.config
	config.Username, config.Password = "reader", "secret"
	reader := open(t, &config)
	m := newMirror(t)
	tail := newTail(reader.client, reader.config, m)
	tail.step(t.Context())
	r.redis("FLUSHALL")
	tail.step(t.Context())
	assert.Equal(t, known, m.String())
	require.Len(t, m.failed(), 1)
	require.ErrorAs(t, m.failed()[0], new(*registry.LostError))
	r.must(organization("acme", 1, 0))
	r.must(tokenOf("a", 1, 0))
	r.must(tokenOf("b", 1, 0))
	tail.step(t.Context())
	assert.Equal(t, known, m.String())
}

// Redis drops whole keys when it is short of memory and may: records are missing then, and nobody has deleted them.
func TestDroppedKeys(t *testing.T) {
	for _, key := range []string{"tokens", "organizations"} {
		t.Run(key, func(t *testing.T) {
			r, _ := newWorld(t)
			backup, err := r.Contents(t.Context())
			require.NoError(t, err)
			r.must(tokenOf("b", 5, 0))
			r.redis("DEL", "{clienttokens:registry}:"+key)
			r.redis("XTRIM", r.keys.changes, "MAXLEN", 0) // so that all is loaded again
			assert.Equal(t, known, r.step())
			var lost *registry.LostError
			require.Len(t, r.mirror.failed(), 1)
			require.ErrorAs(t, r.mirror.failed()[0], &lost)
			assert.Contains(t, lost.Detail, "it has ")
			late, mirror := r.follow()
			late.step(t.Context())
			assert.Zero(t, mirror.loads)
			require.ErrorAs(t, r.Write(t.Context(), audit.Act{}, organization("other", 1, 0)), &lost)
			_, err = r.Contents(t.Context())
			require.ErrorAs(t, err, &lost, "half a backup is none")
			r.assertReplaced(t, backup)
		})
	}
}

func TestTrimmedStream(t *testing.T) {
	r, _ := newWorld(t)
	r.must(tokenOf("b", 1, 0))
	r.must(registry.DeleteToken("a", 1))
	r.must(tokenOf("c", 1, 0))
	for _, keep := range []int{1, 0} {
		r.redis("XTRIM", r.keys.changes, "MAXLEN", keep)
		loads := r.mirror.loads
		want, err := contentsOf(t.Context(), r.Store)
		require.NoError(t, err)
		assert.Equal(t, want, r.step())
		assert.Equal(t, loads+1, r.mirror.loads)
		r.must(tokenOf("d"+string(rune('0'+keep)), 1, 0))
	}
	r.redis("DEL", r.keys.changes)
	want, err := contentsOf(t.Context(), r.Store)
	require.NoError(t, err)
	assert.Equal(t, want, r.step())
	assert.Empty(t, r.mirror.failed())
}

func TestRestartWithPersistence(t *testing.T) {
	r := newRig(t, "--appendonly", "yes", "--appendfsync", "always")
	r.must(organization("acme", 60, 0), tokenOf("a", 5, 0))
	source, m := Follow(r.config), newMirror(t)
	require.NoError(t, source.Start(t.Context(), m))
	t.Cleanup(source.Close)
	require.Equal(t, known, m.String())
	for range 3 {
		r.server.Kill()
		require.Eventually(t, func() bool { return !m.isCurrent() }, time.Minute, time.Millisecond)
		r.server.Restart()
		base := r.revision("a")
		r.must(tokenOf("a", int64(base), base))
		want, err := contentsOf(t.Context(), r.Store)
		require.NoError(t, err)
		require.Eventually(t, func() bool { return m.String() == want && m.isCurrent() }, time.Minute, time.Millisecond)
	}
	assert.Len(t, m.failed(), 3, "each outage once")
	assert.Equal(t, 1, m.loads, "nothing was missed")
}
