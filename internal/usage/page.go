// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package usage

import (
	"encoding/binary"
	"math/bits"
)

// Page is what was counted for a subject in the slots of a page of a [Grain], packed: the newest first, each with its
// number in a byte, a uvarint with a bit for every counter that isn't 0, and a uvarint for each of these. What follows
// on something that can't be read is left out. The zero value is empty.
type Page string

// Add returns the page with something added to a slot.
func (p Page) Add(slot int, c *Counts) Page {
	if c.IsZero() {
		return p
	}
	added, before, after := *c, 0, 0
	for r := (unpacker{rest: p}); ; {
		var there Counts
		n, ok := r.next(&there)
		if !ok || n < slot {
			after = before
			break
		}
		after = len(p) - len(r.rest)
		if n == slot {
			added.Add(&there)
			break
		}
		before = after
	}
	packed := make([]byte, 0, len(p)+len(Page("slot, and the usual counters")))
	packed = append(packed, p[:before]...)
	packed = appendSlot(packed, slot, &added)
	return Page(append(packed, p[after:]...))
}

func appendSlot(packed []byte, slot int, c *Counts) []byte {
	var present uint64
	for k := range numCounters {
		if *c.counter(k) != 0 {
			present |= 1 << k
		}
	}
	packed = binary.AppendUvarint(append(packed, byte(slot)), present) //nolint:gosec // slots are below 60
	for k := range numCounters {
		if n := *c.counter(k); n != 0 {
			packed = binary.AppendUvarint(packed, uint64(n)) //nolint:gosec // nothing is counted down
		}
	}
	return packed
}

// Each calls visit with the slots in which something was counted, the newest first. The counts are reused.
func (p Page) Each(visit func(slot int, c *Counts)) {
	var c Counts
	for r := (unpacker{rest: p}); ; {
		c = Counts{}
		slot, ok := r.next(&c)
		if !ok {
			return
		}
		visit(slot, &c)
	}
}

// unpacker takes a page apart.
type unpacker struct{ rest Page }

// next reads a slot.
func (r *unpacker) next(c *Counts) (slot int, ok bool) {
	if r.rest == "" {
		return 0, false
	}
	slot, r.rest = int(r.rest[0]), r.rest[1:]
	present, ok := r.uvarint()
	for ; ok && present != 0; present &= present - 1 {
		k := Counter(bits.TrailingZeros64(present)) //nolint:gosec // at most 64
		var n uint64
		if n, ok = r.uvarint(); ok && k < numCounters {
			*c.counter(k) = int64(n) //nolint:gosec // it was one
		}
	}
	return slot, ok
}

func (r *unpacker) uvarint() (uint64, bool) {
	var value uint64
	for i := range min(len(r.rest), binary.MaxVarintLen64) {
		b := r.rest[i]
		value |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			r.rest = r.rest[i+1:]
			return value, true
		}
	}
	return 0, false
}
