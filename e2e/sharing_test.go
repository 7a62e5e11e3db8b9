// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
)

const fleetSize = 4

// unhurried is for tests in which a machine that stops for a moment must not look like a Redis that is away.
const unhurried = "timeout: 3s"

// saturated are organizations whose senders offer 1.3 to 3 times what they may send.
var saturated = []organization{
	{"open", 0, false, []sender{ // the tokens' limits bind
		{"open-0", 2_000, 6_000},
		{"open-1", 2_500, 5_000},
		{"open-2", 3_000, 3_900},
		{"open-3", 4_000, 8_000},
		{"open-4", 5_000, 7_500},
		{"open-5", 6_000, 7_800},
	}},
	{"tight", 8_000, true, several(5, "tight", 6_000, 3_200)}, // the organization's
	{"mixed", 10_000, true, []sender{ // the organization's, though two tokens reach theirs
		{"mixed-0", 2_000, 6_000},
		{"mixed-1", 2_000, 4_000},
		{"mixed-2", 6_000, 5_000},
		{"mixed-3", 0, 4_000},
		{"mixed-4", 0, 3_000},
	}},
}

// scope is a limit and what was admitted under it.
type scope struct {
	name     string
	limit    int
	binding  bool
	admitted []batch
}

// scopes returns those of all limits there are.
func (l *ledger) scopes(organizations []organization) []scope {
	var all []scope
	for _, o := range organizations {
		if o.limit > 0 {
			all = append(all, scope{"organization " + o.id, o.limit, o.binding, l.admitted(o.id, "")})
		}
		for _, s := range o.senders {
			if s.limit > 0 {
				all = append(all, scope{"token " + s.id, s.limit, !o.binding, l.admitted(o.id, s.id)})
			}
		}
	}
	return all
}

// No 60 s hold more than a limit, whichever Collectors the senders call, and a limit can be used up.
func TestFleetSharesLimits(t *testing.T) {
	t.Parallel()
	minutes := 1
	if os.Getenv("SOAK") != "" {
		minutes = 3
	}
	server := redistest.Start(t)
	f := startFleet(t, fleetSize, saturated, alike("redis: {%s, %s}", endpoints(server.Addr()), unhurried))
	l := startLoad(t, f, saturated, 50)
	time.Sleep(time.Duration(minutes) * 62 * time.Second)
	time.Sleep(time.Second) // who sent first was perhaps not answered first
	l.end()
	all := l.between(0, l.now())
	assertAnswered(t, all, http.StatusOK, http.StatusTooManyRequests)
	assertQuick(t, all)
	for _, s := range l.scopes(saturated) {
		assertLimit(t, s, minutes)
	}
	asking := l.where(func(b batch) bool { return b.organization != bystander.id })
	admitted := l.where(func(b batch) bool { return b.organization != bystander.id && b.status == http.StatusOK })
	t.Logf("%d requests, %.2f calls of Redis for each; %d spans admitted, %d leased", len(asking),
		float64(f.sum(t, redisCalls))/float64(len(asking)), spansOf(admitted), f.sum(t, leasedSpans))
	assert.Zero(t, f.sum(t, redisMode))
}

// assertLimit judges a limit that was saturated for so many times 62 s, if it was the one that binds.
func assertLimit(t *testing.T, s scope, minutes int) {
	t.Helper()
	require.NotEmpty(t, s.admitted, s.name)
	worst, from := worstMinute(s.admitted)
	assert.LessOrEqual(t, worst, s.limit, "%s: in the 60 s from %s on", s.name, from)
	end := s.admitted[0].sent + time.Duration(minutes)*62*time.Second
	used := 0
	for _, b := range s.admitted {
		if b.answered <= end {
			used += b.spans
		}
	}
	share := float64(used) / float64(minutes*s.limit)
	t.Logf("%s: limit %d, worst minute %d, used %.1f %%", s.name, s.limit, worst, 100*share)
	if s.binding {
		assert.GreaterOrEqual(t, share, 0.97, s.name)
	}
}
