// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redislog_test

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

// image is what a key holds.
type image struct {
	total, first, last, count, born, oldest int64
	sealed                                  []struct{ last, count int64 }
}

func parse(t require.TestingT, text string) image {
	require.GreaterOrEqual(t, len(text), 48)
	require.Zero(t, len(text)%16)
	var numbers []int64
	for ; text != ""; text = text[8:] {
		number := math.Float64frombits(binary.LittleEndian.Uint64([]byte(text[:8])))
		require.Zero(t, math.Mod(number, 1))
		numbers = append(numbers, int64(number))
	}
	i := image{numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], nil}
	for at := 6; at < len(numbers); at += 2 {
		i.sealed = append(i.sealed, struct{ last, count int64 }{numbers[at], numbers[at+1]})
	}
	return i
}

// wellFormed checks what holds for a log that was written at any time, whatever the clock did.
func (i *image) wellFormed(t require.TestingT, resolution, lease time.Duration) {
	total, latest, oldest := i.count, int64(0), int64(0)
	for n, e := range i.sealed {
		require.Positive(t, e.count)
		require.Greater(t, e.last, latest, "in order of time")
		total, latest = total+e.count, e.last
		if n == 0 {
			oldest = e.last
		}
	}
	require.Equal(t, total, i.total)
	require.Equal(t, oldest, i.oldest)
	require.Greater(t, i.first, latest)
	require.GreaterOrEqual(t, i.last, i.first)
	require.Positive(t, i.born)
	require.Less(t, i.last-i.first, resolution.Microseconds())
	most := (hold+lease.Microseconds())/resolution.Microseconds() + 2
	require.LessOrEqual(t, int64(len(i.sealed)+1), most)
}

// life is how long a key lives that is written, in milliseconds.
func life(resolution, lease time.Duration) int64 {
	return (window60 + 2*resolution + lease + time.Millisecond - 1).Milliseconds() + 10_000
}

const window60 = 60 * time.Second

// key is a key as inspect finds it.
type key struct {
	value string
	ttl   int64 // in milliseconds, or -1 if it stays for ever, or -2 if there is none
}

// unset is the TTL that inspect leaves behind, so that the next one sees whether the script has set another meanwhile.
const unset = 1_000_000_000

var inspectScript = redis.NewScript(`
local found = {}
for i, key in ipairs(KEYS) do
  local ttl = redis.call('PTTL', key)
  found[i] = {redis.call('GET', key) or '', ttl}
  if ttl > 0 then redis.call('PEXPIRE', key, ARGV[1]) end
end
return found`)

// inspect reads keys.
func (r *rig) inspect(keys []string) []key {
	found, err := inspectScript.Run(r.ctx, r.redis, keys, unset).Slice()
	require.NoError(r.t, err)
	all := make([]key, len(keys))
	for i := range all {
		pair := found[i].([]any)
		all[i] = key{value: pair[0].(string), ttl: pair[1].(int64)}
	}
	return all
}
