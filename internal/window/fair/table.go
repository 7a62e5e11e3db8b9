// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fair

import (
	"hash/maphash"
	"math/bits"
	"net/netip"
	"sync"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// The size of a table: see the package comment for how it was chosen.
const (
	sets = 1 << 15
	ways = 16
)

// Table holds the buckets of clients. Its methods are safe for concurrent use, and it starts no goroutine.
type Table struct {
	open func() []set // once
	seed maphash.Seed
}

// NewTable returns a Table in which nobody is.
func NewTable() *Table {
	return newTable(sets)
}

func newTable(sets int) *Table {
	return &Table{
		open: sync.OnceValue(func() []set { return make([]set, sets) }),
		seed: maphash.MakeSeed(),
	}
}

// Charge charges a client with spans, and returns by what to give them back, or for how long it must wait until they fit.
// There must be at least one span, and no more than the client's limit. now is the monotonic time since any fixed
// moment, the same for all calls.
func (t *Table) Charge(now time.Duration, c *window.Share, spans int64) (Charge, time.Duration) {
	s, hash := t.find(c)
	s.mu.Lock()
	defer s.mu.Unlock()
	charge := Charge{set: s, client: hash, at: s.pass(now), cost: cost(spans, c.Limit)}
	return charge, s.charge(charge)
}

// find returns a client's set, and the hash by which it is known there.
func (t *Table) find(c *window.Share) (*set, uint64) {
	hash := maphash.Comparable(t.seed, client{c.Token, c.Client})
	all := t.open()
	return &all[hash%uint64(len(all))], hash
}

// client is what a bucket belongs to.
type client struct {
	token   string
	address netip.Addr
}

// cost returns how long a bucket takes to drain of spans, rounded up. The product needs more than 64 bits, the quotient
// doesn't, since it is a Length at most.
func cost(spans int64, limit window.Limit) time.Duration {
	n, l := uint64(max(0, spans)), uint64(max(1, limit))
	high, low := bits.Mul64(n, uint64(window.Length))
	quotient, rest := bits.Div64(high, low, l)
	if rest > 0 {
		quotient++
	}
	return time.Duration(min(quotient, uint64(window.Length)))
}

// Charge is what a client was charged with.
type Charge struct {
	set      *set
	client   uint64 // its hash
	at, cost time.Duration
}

// GiveBack takes the charge back, since another limit has refused the batch. What would have drained of it since counts as
// drained, though it wouldn't have if the bucket was empty meanwhile: so it never gives back too much, and what it keeps
// is no more than the client has offered.
func (c Charge) GiveBack(now time.Duration) {
	c.set.mu.Lock()
	defer c.set.mu.Unlock()
	rest := c.cost - (c.set.pass(now) - c.at)
	if i := c.set.find(c.client); i >= 0 && rest > 0 {
		c.set.empty[i] -= rest
	}
}
