// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fair

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

const sec = time.Second

// share returns what the client with a number may use.
func share(i int, limit window.Limit) *window.Share {
	address := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
	return &window.Share{Token: "shop-web", Client: address, Limit: limit}
}

// try is a batch and for how long it has to wait.
type try struct {
	at    time.Duration
	limit window.Limit
	spans int64
	wait  time.Duration
}

func TestCharge(t *testing.T) {
	for name, tries := range map[string][]try{
		"a whole limit at once, then a span a second": {
			{0, 60, 60, 0},
			{0, 60, 1, 1 * sec},
			{1*sec - 1, 60, 1, 1},
			{1 * sec, 60, 1, 0},
			{1 * sec, 60, 60, 60 * sec},
			{61 * sec, 60, 60, 0},
		},
		"a refusal charges nothing": {
			{0, 60, 50, 0},
			{0, 60, 11, 1 * sec},
			{0, 60, 10, 0},
		},
		"a pause is not saved up": {
			{1000 * sec, 60, 60, 0},
			{1000 * sec, 60, 1, 1 * sec},
			{5000 * sec, 60, 60, 0},
			{5000 * sec, 60, 1, 1 * sec},
		},
		"up to a batch larger than half": {
			{0, 60, 40, 0},
			{0, 60, 40, 20 * sec},
			{20 * sec, 60, 40, 0},
		},
		"twice the limit in a minute is the most": {
			{0, 60, 60, 0},
			{30 * sec, 60, 30, 0},
			{60 * sec, 60, 30, 0},
			{60 * sec, 60, 1, 1 * sec},
		},
		"time steps back": {
			{50 * sec, 60, 60, 0},
			{40 * sec, 60, 1, 1 * sec},
		},
		"a raised limit applies to the same part": {
			{0, 60, 30, 0},
			{0, 600, 301, 100 * time.Millisecond},
			{0, 600, 300, 0},
		},
		"so does a lowered one": {
			{0, 600, 300, 0},
			{0, 60, 31, 1 * sec},
			{0, 60, 30, 0},
		},
		"one span a minute": {
			{0, 1, 1, 0},
			{30 * sec, 1, 1, 30 * sec},
			{60 * sec, 1, 1, 0},
		},
		"the highest limit": {
			{0, 1e9, 1e9, 0},
			{0, 1e9, 1, 60},
			{60, 1e9, 1, 0},
		},
		"rounded up": {
			{0, 7, 1, 0}, // 8.571428571428… s
			{0, 7, 6, 1}, // and 51.428571428571…
			{1, 7, 6, 0},
			{1, 7, 1, 8571428572},
		},
	} {
		t.Run(name, func(t *testing.T) {
			table := NewTable()
			for i, tt := range tries {
				_, wait := table.Charge(tt.at, share(1, tt.limit), tt.spans)
				require.Equal(t, tt.wait, wait, "try %d", i)
			}
		})
	}
}

func TestClientsApart(t *testing.T) {
	v4, v6 := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::")
	table := newTable(1)
	for _, c := range []window.Share{
		{Token: "a", Client: v4},
		{Token: "b", Client: v4},
		{Token: "a", Client: v4.Next()},
		{Token: "a", Client: v6},
		{Token: "a", Client: netip.IPv6Unspecified()},
		{Token: "a"}, // not known
	} {
		c.Limit = 10
		_, wait := table.Charge(0, &c, 10)
		assert.Zero(t, wait, c)
		_, wait = table.Charge(0, &c, 1)
		assert.Equal(t, 6*sec, wait, c)
	}
}

func TestGiveBack(t *testing.T) {
	const limit = 60
	for name, tt := range map[string]struct {
		before, spans int64
		after         time.Duration // from the charge to its return
		between       int64         // charged half-way
		wait          time.Duration // of a whole limit then
	}{
		"at once":                         {0, 60, 0, 0, 0},
		"of more":                         {20, 40, 0, 0, 20 * sec},
		"later: what would have drained":  {0, 40, 10 * sec, 0, 0},
		"what would have drained of more": {20, 40, 10 * sec, 0, 20 * sec},
		"when all has drained":            {0, 10, 20 * sec, 0, 0},
		"when all but another's has":      {0, 10, 20 * sec, 30, 20 * sec},
		"another's stays": {
			0, 10, 4 * sec, 30, 30 * sec, // 28 s, had it been known that nothing else was in the bucket before
		},
	} {
		t.Run(name, func(t *testing.T) {
			table, c := NewTable(), share(1, limit)
			if tt.before > 0 {
				table.Charge(sec, c, tt.before)
			}
			charge, wait := table.Charge(sec, c, tt.spans)
			require.Zero(t, wait)
			if tt.between > 0 {
				_, wait = table.Charge(sec+tt.after/2, c, tt.between)
				require.Zero(t, wait)
			}
			charge.GiveBack(sec + tt.after)
			_, wait = table.Charge(sec+tt.after, c, limit)
			assert.Equal(t, tt.wait, wait)
		})
	}
}

// More clients than a set has buckets: whoever lost its own to others finds what it has used, and not a bit less.
func TestEvictedIsNotFresh(t *testing.T) {
	const limit = 60
	table := newTable(1)
	for i := range ways {
		_, wait := table.Charge(0, share(i, limit), int64(10+i))
		require.Zero(t, wait)
	}
	_, wait := table.Charge(0, share(ways, limit), 40) // takes the place of client 0
	require.Zero(t, wait)
	_, wait = table.Charge(0, share(0, limit), 51)
	assert.Equal(t, 1*sec, wait)
	_, wait = table.Charge(0, share(ways+1, limit), 51) // and a newcomer begins there
	assert.Equal(t, 1*sec, wait)
	_, wait = table.Charge(10*sec, share(ways+1, limit), 60)
	assert.Zero(t, wait)
}

// Ever new addresses, each of which sends a little, cost others about as much as they send for each bucket there is.
func TestNewAddresses(t *testing.T) {
	const sets, limit = 64, 60
	table := newTable(sets)
	for i := range 10 * sets * ways {
		table.Charge(0, share(1000+i, limit), 1)
	}
	for i := range 100 {
		_, wait := table.Charge(0, share(i, limit), limit/2)
		require.Zero(t, wait, i)
	}
}
