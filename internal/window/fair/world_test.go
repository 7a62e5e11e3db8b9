// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fair

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/soak"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

const ms = time.Millisecond

// Both tests below drive a world: what it checks are the claims of the package comment.

func TestProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(rt, func(n int) int { return rapid.IntRange(0, n-1).Draw(rt, "choice") })
		for range rapid.IntRange(1, 100).Draw(rt, "steps") {
			w.step()
		}
		w.end()
	})
}

// TestSoak runs what rapid doesn't: long histories, whose number SOAK multiplies.
func TestSoak(t *testing.T) {
	for seed := range uint64(40 * soak.Factor(t)) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 0))
			w := newWorld(t, r.IntN)
			for range 2_000 {
				w.step()
			}
			w.end()
		})
	}
}

// world drives a table of one set with random batches, and keeps plain logs of what every client was up to.
type world struct {
	t       require.TestingT
	choose  func(n int) int // from 0 to n-1
	table   *Table
	clock   time.Duration
	pace    time.Duration
	limit   []window.Limit // of each client
	offered []ledger       // all that each client sent
	charged []ledger       // what it was charged, later given back or not
	pending []pending
	crowded bool // a bucket that wasn't empty was taken away
}

type pending struct {
	client, entry int // in charged
	charge        Charge
}

type ledger []entry

type entry struct {
	at    time.Duration
	spans int64
	gone  bool // given back
}

func newWorld(t require.TestingT, choose func(n int) int) *world {
	w := &world{t: t, choose: choose, table: newTable(1)}
	w.pace = pick(w, 100*ms, 1*sec, 10*sec)
	clients := pick(w, 1, 3, ways, ways+1, 2*ways, 4*ways)
	w.limit = make([]window.Limit, clients)
	for i := range w.limit {
		w.limit[i] = pick[window.Limit](w, 1, 2, 7, 60, 600, 1e9)
	}
	w.offered, w.charged = make([]ledger, clients), make([]ledger, clients)
	return w
}

func pick[T any](w *world, values ...T) T { return values[w.choose(len(values))] }

// step lets time pass, and lets a client send, or another limit refuse what a client has sent.
func (w *world) step() {
	w.clock += pick(w, 0, 0, 0, 1, 1*ms, time.Duration(w.choose(int(w.pace))))
	if w.choose(int(10*window.Length/w.pace)) == 0 {
		w.clock += pick(w, 30*sec, window.Length-1, window.Length, window.Length+1, time.Hour)
	}
	if len(w.pending) > 0 && w.choose(3) == 0 {
		w.settle(pick(w, true, false))
		return
	}
	client := w.choose(len(w.limit))
	if spans := w.batch(client); spans > 0 {
		w.send(client, spans)
	}
}

// batch returns what a client sends. The first half of them see to it that they stay below half of their limit.
func (w *world) batch(client int) int64 {
	limit := int64(w.limit[client])
	spans := 1 + int64(w.choose(int(limit)))
	if client <= len(w.limit)/2 {
		rest := (limit-1)/2 - w.offered[client].since(w.clock-window.Length)
		return min(spans, rest)
	}
	return pick(w, 1, spans, limit)
}

func (w *world) send(client int, spans int64) {
	set := &w.table.open()[0]
	before := set.copy()
	w.offered[client] = append(w.offered[client], entry{at: w.clock, spans: spans})
	charge, wait := w.table.Charge(w.read(), share(client, w.limit[client]), spans)
	if wait > 0 {
		require.Equal(w.t, before.clients, set.clients)
		require.Equal(w.t, before.empty, set.empty, "a refusal changed a bucket")
		w.judgeRefusal(client, charge, wait)
		return
	}
	w.crowded = w.crowded || set.floor > set.now
	require.LessOrEqual(w.t, charge.at, w.clock)
	w.charged[client] = append(w.charged[client], entry{at: charge.at, spans: spans})
	w.pending = append(w.pending, pending{client, len(w.charged[client]) - 1, charge})
}

// settle ends one of the decisions under way.
func (w *world) settle(admitted bool) {
	i := w.choose(len(w.pending))
	p := w.pending[i]
	w.pending = slices.Delete(w.pending, i, i+1)
	if !admitted {
		p.charge.GiveBack(w.read())
		w.charged[p.client][p.entry].gone = true
	}
}

// read returns the time, or one that was read before others decided.
func (w *world) read() time.Duration { return max(0, w.clock-pick(w, 0, 0, 0, 1, 20*ms, 3*sec)) }

func (w *world) judgeRefusal(client int, c Charge, wait time.Duration) {
	set := &w.table.open()[0]
	for waited, fits := range map[time.Duration]bool{wait - 1: false, wait: true} {
		later := set.copy()
		c.at = set.now + waited
		require.Equal(w.t, fits, later.charge(c) == 0, "a wait of %v is not exact", wait)
	}
	offered, limit := w.offered[client], int64(w.limit[client])
	if !w.crowded {
		require.Greater(w.t, offered.most()*61, limit*60, "refused for nothing")
	} else if 2*offered.most() < limit {
		require.Greater(w.t, w.used(), float64(ways)/2, "refused, though others left enough")
	}
}

// used returns the most that all clients used within a Length in the past two, in limits.
func (w *world) used() float64 {
	most := 0.0
	for _, ends := range w.charged {
		for _, end := range ends {
			if end.at > w.clock-window.Length {
				most = max(most, w.usedUntil(end.at))
			}
		}
	}
	return most
}

func (w *world) usedUntil(end time.Duration) float64 {
	used := 0.0
	for client, entries := range w.charged {
		for _, e := range entries {
			if e.at > end-window.Length && e.at <= end {
				used += float64(e.spans) / float64(w.limit[client])
			}
		}
	}
	return used
}

// end settles what is under way, and looks at every Length of every client.
func (w *world) end() {
	for len(w.pending) > 0 {
		w.settle(pick(w, true, false))
	}
	for client, entries := range w.charged {
		var kept ledger
		for _, e := range entries {
			if !e.gone {
				kept = append(kept, e)
			}
		}
		require.LessOrEqual(w.t, kept.most(), 2*int64(w.limit[client]), "client %d", client)
		w.judgeMoment(client, kept)
	}
}

// judgeMoment compares a client's bucket, or the floor, with a bucket that has only seen what was admitted.
func (w *world) judgeMoment(client int, kept ledger) {
	c := share(client, w.limit[client])
	set, hash := w.table.find(c)
	moment := set.floor
	if i := set.find(hash); i >= 0 {
		moment = set.empty[i]
	}
	var own time.Duration
	for _, e := range kept {
		own = max(own, e.at) + cost(e.spans, c.Limit)
	}
	if own > w.clock {
		require.GreaterOrEqual(w.t, moment, own, "client %d got a fresh bucket", client)
	}
}

// since returns the spans after a moment.
func (l ledger) since(after time.Duration) int64 {
	n := int64(0)
	for _, e := range l {
		if e.at > after {
			n += e.spans
		}
	}
	return n
}

// most returns the most spans within a Length, both of its ends included.
func (l ledger) most() int64 {
	most, sum, first := int64(0), int64(0), 0
	for _, e := range l {
		sum += e.spans
		for l[first].at < e.at-window.Length {
			sum -= l[first].spans
			first++
		}
		most = max(most, sum)
	}
	return most
}

// copy returns a set in the same state.
func (s *set) copy() *set {
	return &set{now: s.now, floor: s.floor, clients: s.clients, empty: s.empty}
}
