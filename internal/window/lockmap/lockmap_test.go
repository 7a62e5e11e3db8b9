// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package lockmap

import (
	"maps"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// set gives an ID a value.
func set(m *Map[int], id string, value int) {
	e := m.Lock(id)
	defer e.Unlock()
	e.Value = value
}

// values returns all that a map holds.
func values(m *Map[int]) map[string]int {
	all := map[string]int{}
	m.Range(func(id string, v *int) bool {
		all[id] = *v
		return true
	})
	return all
}

func TestMap(t *testing.T) {
	var m Map[int]
	assert.Empty(t, values(&m))
	set(&m, "a", 1)
	set(&m, "", 2)
	m.Lock("zero").Unlock()
	assert.Equal(t, map[string]int{"a": 1, "": 2, "zero": 0}, values(&m))
	e := m.Lock("a")
	assert.Equal(t, 1, e.Value)
	e.Unlock()
}

// IDs may be parts of a request, which must not be held by them.
func TestMapCopiesIDs(t *testing.T) {
	request := strings.Repeat("x", 100)
	id := request[10:20]
	var m Map[int]
	set(&m, id, 1)
	ids := 0
	m.Range(func(key string, _ *int) bool {
		ids++
		assert.Equal(t, id, key)
		assert.NotSame(t, unsafe.StringData(id), unsafe.StringData(key))
		return true
	})
	assert.Equal(t, 1, ids)
}

func TestMapRange(t *testing.T) {
	var m Map[int]
	want := map[string]int{}
	for i := range 100 {
		want[strconv.Itoa(i)] = i
		set(&m, strconv.Itoa(i), i)
	}
	seen := map[string]int{}
	m.Range(func(id string, v *int) bool {
		assert.NotContains(t, seen, id)
		seen[id] = *v
		*v += 1000
		return *v%2 == 0
	})
	assert.Equal(t, want, seen)

	maps.DeleteFunc(want, func(_ string, v int) bool { return v%2 != 0 })
	for id := range want {
		want[id] += 1000
	}
	assert.Equal(t, want, values(&m), "what was removed is skipped")

	e := m.Lock("1")
	assert.Zero(t, e.Value, "was removed, so begins anew")
	e.Value = 7
	e.Unlock()
	want["1"] = 7
	assert.Equal(t, want, values(&m))
}

// Both calls of Range meet the entry before it is removed: it is locked until they most likely wait for it.
func TestMapRangeRemovedMeanwhile(t *testing.T) {
	for range 20 {
		var m Map[int]
		e := m.Lock("a")
		var visits atomic.Int64
		var ranges sync.WaitGroup
		for range 2 {
			ranges.Go(func() {
				m.Range(func(string, *int) bool {
					visits.Add(1)
					return false
				})
			})
		}
		time.Sleep(time.Millisecond)
		e.Unlock()
		ranges.Wait()
		require.EqualValues(t, 1, visits.Load())
	}
}

// As above, for a Lock that waits for an entry which Range removes.
func TestMapLockRemovedMeanwhile(t *testing.T) {
	for range 20 {
		var m Map[int]
		set(&m, "a", 1)
		var locks sync.WaitGroup
		m.Range(func(string, *int) bool {
			locks.Go(func() {
				e := m.Lock("a")
				defer e.Unlock()
				assert.Zero(t, e.Value)
				e.Value = 2
			})
			time.Sleep(time.Millisecond)
			return false
		})
		locks.Wait()
		require.Equal(t, map[string]int{"a": 2}, values(&m))
	}
}

// What writers add is either taken out by one call of Range, which removes the entry, or still there at the end. Written
// to a removed entry it would be lost, and visited by two calls it would be there twice.
func TestMapLosesNothing(t *testing.T) {
	const writers, rangers, writes = 4, 2, 20_000
	var m Map[int]
	var taken atomic.Int64
	take := func(_ string, v *int) bool {
		taken.Add(int64(*v))
		runtime.Gosched() // locked, so that others come to wait for what is removed
		return false
	}
	var writing, taking sync.WaitGroup
	var done atomic.Bool
	for range rangers {
		taking.Go(func() {
			for !done.Load() {
				m.Range(take)
				runtime.Gosched()
			}
		})
	}
	for range writers {
		writing.Go(func() {
			for i := range writes {
				e := m.Lock(strconv.Itoa(i % 3))
				e.Value++
				e.Unlock()
			}
		})
	}
	writing.Wait()
	done.Store(true)
	taking.Wait()
	assert.NotZero(t, taken.Load())
	m.Range(take)
	assert.EqualValues(t, writers*writes, taken.Load())
	assert.Empty(t, values(&m))
}

func TestMapLocksApart(t *testing.T) {
	var m Map[int]
	set(&m, "b", 1)
	t.Run("while locked", func(t *testing.T) {
		a := m.Lock("a")
		defer a.Unlock()
		inTime(t, func() {
			m.Lock("b").Unlock()
			m.Lock("new").Unlock()
		})
	})
	t.Run("while visited", func(t *testing.T) {
		m.Range(func(id string, _ *int) bool {
			inTime(t, func() {
				for _, other := range []string{"a", "b", "new", "newer"} {
					if other != id {
						m.Lock(other).Unlock()
					}
				}
			})
			return true
		})
	})
	t.Run("unlike the same", func(t *testing.T) {
		a := m.Lock("a")
		var released atomic.Bool
		var waits sync.WaitGroup
		waits.Go(func() {
			defer m.Lock("a").Unlock()
			assert.True(t, released.Load())
		})
		time.Sleep(time.Millisecond)
		released.Store(true)
		a.Unlock()
		waits.Wait()
	})
}

// inTime fails the test if call does not return.
func inTime(t *testing.T, call func()) {
	t.Helper()
	returned := make(chan struct{})
	go func() {
		defer close(returned)
		call()
	}()
	select {
	case <-returned:
	case <-time.After(10 * time.Second):
		require.Fail(t, "blocked")
	}
}
