// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"net/http"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
)

// exceeding reach their limits sooner and later: before an outage, in it, after it. All Collectors hear of each all
// the time.
var exceeding = []organization{
	{"loose", 0, false, []sender{
		{"thirteen", 6_000, 7_800}, // tenths of the limit
		{"twenty", 6_000, 12_000},
		{"forty", 6_000, 24_000},
		{"eighty", 3_000, 24_000},
	}},
	{"bound", 6_000, true, several(3, "bound", 0, 4_000)},
}

// tolerated is how much of a limit may be admitted in a minute with an outage in it that all Collectors see, and that
// none of them is quiet before.
const tolerated = 1.1

// Over an outage of 10 s, and the return from it, limits still hold, nearly.
func TestOutageOverrun(t *testing.T) {
	t.Parallel()
	overrun(t, "kill -9", 20*time.Second)
	if os.Getenv("SOAK") == "" {
		return
	}
	for _, name := range []string{"kill -9", "SIGSTOP", "latency"} {
		overrun(t, name, 40*time.Second)
		overrun(t, name, 55*time.Second) // so that spans leave in it
	}
}

// overrun has all Collectors lose Redis for 10 s from a moment on, and judges.
func overrun(t *testing.T, name string, begin time.Duration) {
	t.Helper()
	t.Run(name+" after "+begin.String(), func(t *testing.T) {
		t.Parallel()
		server := redistest.Start(t)
		proxy := redistest.StartProxy(t, server.Addr())
		f := startFleet(t, fleetSize, exceeding, alike("redis: {endpoints: [%q]}, replicas: %d", proxy.Addr(), fleetSize))
		l := startLoad(t, f, exceeding, 15)
		time.Sleep(begin)
		all := faults(t, server, proxy)
		outage(t, f, all[slices.IndexFunc(all, func(o fault) bool { return o.name == name })])
		time.Sleep(max(65*time.Second, begin+time.Minute) - l.now())
		l.end()
		sent := l.between(0, l.now())
		assertAnswered(t, sent, http.StatusOK, http.StatusTooManyRequests)
		assertQuick(t, sent)
		for _, s := range l.scopes(exceeding) {
			s.judge(t, tolerated)
		}
	})
}

// outage is one of 10 s. Who needs not ask Redis, since all limits are used up, notices later.
func outage(t *testing.T, f fleet, o fault) {
	t.Helper()
	began := time.Now()
	o.strike()
	noticed := f.awaitMode(t, 1, 10*time.Second)
	time.Sleep(10*time.Second - time.Since(began))
	o.heal()
	t.Logf("noticed after %s, back after %s", noticed, f.awaitMode(t, 0, 10*time.Second))
}

// judge prints the worst minute and checks that it is tolerable.
func (s scope) judge(t *testing.T, tolerable float64) {
	t.Helper()
	require.NotEmpty(t, s.admitted, s.name)
	worst, from := worstMinute(s.admitted)
	ratio := float64(worst) / float64(s.limit)
	t.Logf("%s: worst minute %d, from %s on, %.3f of the limit", s.name, worst, from.Round(time.Millisecond), ratio)
	assert.LessOrEqual(t, ratio, tolerable, s.name)
}
