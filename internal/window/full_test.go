// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package window

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// The windows hold 3 spans of the token at 0 s, 2 at 10 s, and 4 of another token at 20 s.
func TestMemoryFull(t *testing.T) {
	for name, c := range map[string]struct {
		now                 time.Duration
		token, organization Limit
		want                Full
	}{
		"room in both":              {30 * sec, 6, 10, Full{}},
		"token":                     {30 * sec, 5, 10, Full{Token: Hold - 30*sec}},
		"organization":              {30 * sec, 6, 9, Full{Organization: Hold - 30*sec}},
		"both":                      {30 * sec, 5, 9, Full{Token: Hold - 30*sec, Organization: Hold - 30*sec}},
		"a lowered limit":           {30 * sec, 2, 10, Full{Token: Hold - 20*sec}},
		"both, lowered":             {30 * sec, 1, 2, Full{Token: Hold - 20*sec, Organization: Hold - 10*sec}},
		"just before":               {Hold - 1, 5, 9, Full{Token: 1, Organization: 1}},
		"at the moment":             {Hold, 5, 9, Full{}},
		"no limit for the token":    {30 * sec, Unlimited, 9, Full{Organization: Hold - 30*sec}},
		"no limit for the other":    {30 * sec, 5, Unlimited, Full{Token: Hold - 30*sec}},
		"no limits":                 {30 * sec, Unlimited, Unlimited, Full{}},
		"a limit of zero":           {30 * sec, 0, 9, Full{}},
		"the organization has zero": {30 * sec, 5, 0, Full{}},
	} {
		m := NewMemory(sec)
		m.Decide(0, batch(3, 100, 100))
		m.Decide(10*sec, batch(2, 100, 100))
		m.Decide(20*sec, batch(4, 100, 100).of("other"))
		b := batch(1000, c.token, c.organization) // of whatever size
		assert.Equal(t, c.want, m.Full(c.now, b), name)
		assert.Equal(t, c.want, m.Full(c.now, b), "%s: asking charges nothing", name)
		if until := max(c.want.Token, c.want.Organization); until > 0 {
			b.Spans = 1
			assert.Equal(t, OverLimit, m.Decide(c.now+until-1, b).Outcome, "%s: a moment earlier", name)
			assert.Equal(t, Admitted, m.Decide(c.now+until, b).Outcome, "%s: exact", name)
		}
	}
}

func TestMemoryFullOfNobody(t *testing.T) {
	m := NewMemory(sec)
	assert.Equal(t, Full{}, m.Full(0, batch(1, 1, 1)))
	m.Decide(0, batch(5, Unlimited, 5).of(""))
	assert.Equal(t, Full{Organization: Hold}, m.Full(0, batch(1, 0, 5).of("")), "no token, so no limit of one")
}
