// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fair

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/soak"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

func heap() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// 100,000 clients take no more than 20 MB, and a million no more than they do; without any a table takes nothing.
func TestFootprint(t *testing.T) {
	before := heap()
	table := NewTable()
	assert.Less(t, heap(), before+64<<10)
	for i := range 1_000_000 {
		table.Charge(0, share(i, 600), 1)
		if i+1 == 100_000 || i+1 == 1_000_000 {
			assert.Less(t, heap(), before+10e6)
		}
	}
	runtime.KeepAlive(table)
}

// With 100,000 clients in use nobody is refused who stays below half of the limit, and hardly anybody below all of it: in
// one of 1,000 runs a set has more clients than buckets.
func TestHundredThousandClients(t *testing.T) {
	const limit = 600
	table := NewTable()
	refused := func(spans int64) (n int) {
		for i := range 100_000 {
			if _, wait := table.Charge(0, share(i, limit), spans); wait > 0 {
				n++
			}
		}
		return n
	}
	assert.Zero(t, refused(limit/2))
	assert.LessOrEqual(t, refused(limit/2), 10)
	assert.Equal(t, 100_000, refused(limit/2))
}

func TestChargeAllocatesNothing(t *testing.T) {
	table, c, now := NewTable(), share(1, 60), time.Duration(0)
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		now += sec
		charge, _ := table.Charge(now, c, 1)
		charge.GiveBack(now)
		table.Charge(now, c, 30)
	}))
}

// Many who charge at once get what one would get.
func TestConcurrent(t *testing.T) {
	const callers, clients, limit = 8, ways, 500
	table := newTable(1)
	var clock atomic.Int64
	var admitted [clients]atomic.Int64
	var calls sync.WaitGroup
	for caller := range callers {
		calls.Go(func() {
			for i := range 5_000 * soak.Factor(t) {
				client := (caller + i) % clients
				now := time.Duration(clock.Add(int64(time.Microsecond)))
				charge, wait := table.Charge(now, share(client, limit), 1)
				switch {
				case wait > 0:
				case i%3 == 0:
					charge.GiveBack(time.Duration(clock.Load()))
				default:
					admitted[client].Add(1)
				}
			}
		})
	}
	calls.Wait()
	drained := limit * clock.Load() / int64(window.Length)
	for i := range admitted {
		assert.LessOrEqual(t, admitted[i].Load(), limit+drained+1, "client %d", i)
		assert.GreaterOrEqual(t, admitted[i].Load(), int64(limit*9/10), "client %d", i)
	}
}
