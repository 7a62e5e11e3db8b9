// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package window

import (
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Tokens come and go while their organization stays: neither windows nor the room of the map may remain.
func TestMemoryPassingTokens(t *testing.T) {
	m := NewMemory(time.Second)
	before := heap()
	for i := range 100_000 {
		m.Decide(0, batch(1, Unlimited-1, Unlimited-1).of(strconv.Itoa(i)))
	}
	assert.Equal(t, 100_001, m.Len())
	m.Decide(1*sec, batch(1, 9, Unlimited-1).of("stays"))
	m.Sweep(Hold)
	assert.Equal(t, 2, m.Len())
	assert.Less(t, heap(), before+1<<20)
	runtime.KeepAlive(m)
}

func heap() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// IDs may be parts of a request, which must not be held by them.
func TestMemoryCopiesIDs(t *testing.T) {
	request := strings.Repeat("x", 100)
	id := request[10:20]
	m := NewMemory(time.Second)
	m.Decide(0, Batch{Organization: id, OrganizationLimit: 1, Token: id, TokenLimit: 1, Spans: 1})
	m.organizations.Range(func(key string, o *organization) bool {
		assert.NotSame(t, unsafe.StringData(id), unsafe.StringData(key))
		for token := range o.tokens {
			assert.NotSame(t, unsafe.StringData(id), unsafe.StringData(token))
		}
		return true
	})
	require.Equal(t, 2, m.Len())
}

// A run is a steady minute, in which entries open and leave all the time, and a pause after which all have left.
func TestMemoryDecideAllocatesNothing(t *testing.T) {
	m := NewMemory(time.Second)
	now := time.Duration(0)
	decide := func() {
		for range 100 {
			now += 1500 * ms
			m.Decide(now, batch(1, 1000, 1000))
			m.Decide(now, batch(1000, 1000, 1000))
		}
		now += Hold
	}
	assert.Zero(t, testing.AllocsPerRun(100, decide))
}
