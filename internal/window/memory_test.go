// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package window

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// batch returns n spans of token t of organization o.
func batch(n int64, token, organization Limit) Batch {
	return Batch{Organization: "o", OrganizationLimit: organization, Token: "t", TokenLimit: token, Spans: n}
}

// of returns the batch as one of another token.
func (b Batch) of(token string) Batch {
	b.Token = token
	return b
}

func TestScopeString(t *testing.T) {
	assert.Equal(t, "none", None.String())
	assert.Equal(t, "token", Token.String())
	assert.Equal(t, "organization", Organization.String())
	assert.Equal(t, "client", Client.String())
}

func TestMemoryDecide(t *testing.T) {
	type try struct {
		at   time.Duration
		b    Batch
		want Decision
	}
	for name, tries := range map[string][]try{
		"limits of zero go first, the token's before the organization's": {
			{0, batch(99, 0, 0), Decision{ZeroLimit, Token, 0, 0}},
			{0, batch(99, 10, 0), Decision{ZeroLimit, Organization, 0, 0}},
			{0, batch(99, -1, 10), Decision{ZeroLimit, Token, -1, 0}},
			{0, batch(0, 0, 0), Decision{}},
			{0, batch(-1, 10, 10), Decision{}},
		},
		"too large goes before over limit": {
			{0, batch(5, 5, 20), Decision{}},
			{0, batch(6, 5, 5), Decision{TooLarge, Token, 5, 0}},
			{0, batch(6, 9, 5), Decision{TooLarge, Organization, 5, 0}},
			{0, batch(5, 5, 20), Decision{OverLimit, Token, 5, Hold}},
		},
		"a refusal by the organization leaves the token's window": {
			{0, batch(1, 3, 5), Decision{}},
			{0, batch(4, 4, 5).of("other"), Decision{}},
			{1 * sec, batch(2, 3, 5), Decision{OverLimit, Organization, 5, Hold - 1*sec}},
			{1 * sec, batch(2, 3, 7), Decision{}},
		},
		"a refusal by the token leaves the organization's window": {
			{0, batch(5, 5, 9), Decision{}},
			{1 * sec, batch(4, 5, 9), Decision{OverLimit, Token, 5, Hold - 1*sec}},
			{1 * sec, batch(4, 4, 9).of("other"), Decision{}},
		},
		"a refusal by the token waits for the organization, too": {
			{0, batch(5, 5, 9), Decision{}},
			{30 * sec, batch(4, 5, 9).of("other"), Decision{}},
			{40 * sec, batch(5, 5, 9), Decision{OverLimit, Token, 5, Hold - 40*sec}},
			{40 * sec, batch(5, 5, 6), Decision{OverLimit, Token, 5, Hold - 10*sec}},
		},
		"a batch without token counts for the organization only": {
			{0, batch(5, 0, 5).of(""), Decision{}},
			{0, batch(1, 0, 5).of(""), Decision{OverLimit, Organization, 5, Hold}},
			{0, batch(1, 1, Unlimited), Decision{}},
		},
		"a limit counts from when it is given": {
			{0, batch(1<<60, Unlimited, Unlimited), Decision{}},
			{0, batch(5, 5, Unlimited), Decision{}},
			{0, batch(5, Unlimited, 5), Decision{}},
			{0, batch(1, Unlimited, 5), Decision{OverLimit, Organization, 5, Hold}},
			{0, batch(1, 5, Unlimited), Decision{OverLimit, Token, 5, Hold}},
			{0, batch(1<<60, Unlimited, Unlimited), Decision{}},
		},
		"no limit is no limit, whatever the window holds": {
			{0, batch(1<<62, Unlimited, 1<<62), Decision{}},
			{0, batch(1<<62, 1<<62, Unlimited), Decision{}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := NewMemory(time.Second)
			for i, try := range tries {
				assert.Equal(t, try.want, m.Decide(try.at, try.b), "try %d", i)
			}
		})
	}
}

func TestMemoryOrganizationsApart(t *testing.T) {
	m := NewMemory(time.Second)
	b := batch(5, 5, 5)
	assert.Equal(t, Admitted, m.Decide(0, b).Outcome)
	b.Organization = "other"
	assert.Equal(t, Admitted, m.Decide(0, b).Outcome)
	assert.Equal(t, 4, m.Len())
}

func TestMemoryResolutionZero(t *testing.T) {
	m := NewMemory(0)
	for _, now := range []time.Duration{0, 0, 1, Hold, Hold} {
		assert.Equal(t, Admitted, m.Decide(now, batch(1, 3, 3)).Outcome)
	}
	assert.Equal(t, time.Duration(1), m.Decide(Hold, batch(1, 3, 3)).RetryAfter)
	for _, l := range logs(m) {
		wellFormed(t, &l, 1)
	}
}

func TestMemoryUnlimited(t *testing.T) {
	m := NewMemory(time.Second)
	m.Decide(0, batch(1, Unlimited, Unlimited))
	assert.Empty(t, held(m))
	m.Decide(0, batch(1, Unlimited, 9))
	assert.Equal(t, 1, m.Len())
}

func TestMemorySweep(t *testing.T) {
	m := NewMemory(time.Second)
	m.Decide(0, batch(1, 9, 9))
	m.Decide(30*sec, batch(1, 9, Unlimited).of("other"))
	assert.Equal(t, 3, m.Len())
	m.Sweep(Hold - 1)
	assert.Equal(t, 3, m.Len())
	m.Sweep(Hold)
	assert.Equal(t, 1, m.Len())
	m.Sweep(Hold + 30*sec)
	assert.Equal(t, 0, m.Len())
	assert.Empty(t, held(m))
}

// A decision may have read its time before the sweep that took the window which still mattered at that time.
func TestMemorySweepThenEarlier(t *testing.T) {
	m := NewMemory(time.Second)
	m.Decide(2*sec, batch(1, 1, 1))
	m.Sweep(2*sec + Hold)
	m.Sweep(50 * sec)
	require.Zero(t, m.Len())
	assert.Equal(t, Admitted, m.Decide(1*sec+Hold, batch(1, 1, 1)).Outcome)
	assert.Equal(t, 1*sec, m.Decide(1*sec+2*Hold, batch(1, 1, 1)).RetryAfter, "is dated at the sweep")
}
