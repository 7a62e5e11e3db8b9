// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/soak"
)

// TestAnyHistory has a collector follow random histories: writes of all sorts, trimmed streams, lost connections, and now
// and then data that are older than what it has served. It must know what is there, or, where writes were lost, what it
// has served.
func TestAnyHistory(t *testing.T) {
	r := newRig(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	for i := range 12 * soak.Factor(t) {
		r.redis("FLUSHALL")
		h := &history{rig: r, random: rand.New(rand.NewPCG(seed, uint64(i)))}
		h.tail, h.mirror = r.follow()
		h.must(organization("acme", 60, 0))
		for range 60 {
			h.event()
		}
		if t.Failed() {
			t.Fatalf("history %d of seed %d", i, seed)
		}
	}
}

type history struct {
	*rig

	random *rand.Rand
	old    image // of an earlier time, if any
	at     head
}

func (h *history) event() {
	switch h.random.IntN(12) {
	case 0:
		h.redis("XTRIM", h.keys.changes, "MAXLEN", h.random.IntN(3))
	case 1:
		h.replace()
	case 2:
		h.old, h.at = h.take(), h.now()
	case 3:
		h.loseWrites()
	case 4, 5, 6:
		h.assertCurrent()
	default:
		h.write()
	}
}

// write changes some tokens at random: new, changed, deleted.
func (h *history) write() {
	h.t.Helper()
	var changes []registry.Change
	for _, i := range h.random.Perm(6)[:1+h.random.IntN(3)] {
		id := fmt.Sprint("t", i)
		stored, err := h.Token(h.t.Context(), id)
		switch {
		case errors.As(err, new(*registry.NotFoundError)):
			changes = append(changes, tokenOf(id, h.random.Int64N(100), 0))
		case h.random.IntN(3) == 0:
			changes = append(changes, registry.DeleteToken(id, stored.Revision))
		default:
			changes = append(changes, tokenOf(id, h.random.Int64N(100), stored.Revision))
		}
	}
	h.must(changes...)
}

// replace drops a token, if there is one, of what is there, lost or not.
func (h *history) replace() {
	h.t.Helper()
	records, at, err := h.load(h.t.Context())
	require.NoError(h.t, err)
	c, faults := records.contents(at.revision)
	require.Empty(h.t, faults)
	c.Tokens = c.Tokens[min(1, len(c.Tokens)):]
	require.NoError(h.t, h.Replace(h.t.Context(), audit.Act{}, c))
}

func (h *history) now() head {
	h.t.Helper()
	at, err := h.head(h.t.Context())
	require.NoError(h.t, err)
	return at
}

// assertCurrent lets the collector catch up. Whoever has nothing to read waits for a second, so it isn't asked then.
func (h *history) assertCurrent() {
	h.t.Helper()
	for !h.tail.loaded || h.tail.at.entry != h.now().entry {
		h.step()
		require.Empty(h.t, h.mirror.failed())
	}
	want, err := contentsOf(h.t.Context(), h.Store)
	require.NoError(h.t, err)
	assert.Equal(h.t, want, h.mirror.String())
}

// loseWrites brings old data back behind the collector's back, and perhaps somebody writes on before it notices.
func (h *history) loseWrites() {
	h.t.Helper()
	h.assertCurrent()
	if h.old == nil || h.at.entry == h.now().entry {
		return
	}
	served := h.mirror.String()
	h.bring(h.old)
	writes := h.random.IntN(4)
	for range writes {
		h.write()
	}
	// With their history gone, too, writes that replace all that was served before can't be told from others.
	if writes == 0 && h.random.IntN(2) == 0 {
		h.redis("XTRIM", h.keys.changes, "MAXLEN", 0)
	}
	h.tail.state = away // as after a lost connection: otherwise it would wait for a second first
	for range 3 {
		h.step()
		assert.Equal(h.t, served, h.mirror.String())
		assert.False(h.t, h.mirror.current)
	}
	require.Len(h.t, h.mirror.failed(), 1)
	require.ErrorAs(h.t, h.mirror.failed()[0], new(*registry.LostError))
	require.ErrorAs(h.t, h.Write(h.t.Context(), audit.Act{}, organization("late", 1, 0)), new(*registry.LostError))
	h.old, h.mirror.failures = nil, nil
	h.replace()
	h.assertCurrent()
}
