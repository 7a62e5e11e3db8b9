// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
)

// What a Collector logs when its state changes.
const (
	logAway = "Redis does not answer"
	logBack = "Redis answers again"
)

// noticeable is how soon mode must tell: a second is promised, and the machine is shared.
const noticeable = 2 * time.Second

// ample are limits that nobody reaches, not even the share of a quarter; 100 requests a second.
var ample = []organization{
	{"first", 4_000_000, false, several(4, "first", 1_000_000, 8_000)},
	{"second", 4_000_000, false, several(4, "second", 0, 8_000)},
}

// fault is something that happens to Redis. What can't be healed is over at once.
type fault struct {
	name         string
	strike, heal func()
}

// site is a Redis that two Collectors reach through a proxy.
type site struct {
	server *redistest.Server
	proxy  *redistest.Proxy
	fleet  fleet
	load   *load
}

func startSite(t *testing.T, policy string) *site {
	t.Helper()
	s := &site{server: redistest.Start(t)}
	s.proxy = redistest.StartProxy(t, s.server.Addr())
	s.fleet = startFleet(t, fleetSize, ample, func(i int) string {
		address := s.server.Addr()
		if i >= fleetSize/2 {
			address = s.proxy.Addr()
		}
		return fmt.Sprintf("redis: {endpoints: [%q]}, on_redis_error: %s, replicas: %d", address, policy, fleetSize)
	})
	s.load = startLoad(t, s.fleet, ample, 15)
	return s
}

// faults are all that happens here, whoever it hits.
func faults(t *testing.T, server *redistest.Server, proxy *redistest.Proxy) []fault {
	t.Helper()
	command := func(words ...any) func() {
		return func() { require.NoError(t, server.Client().Do(t.Context(), words...).Err()) }
	}
	return []fault{
		{"kill -9", server.Kill, server.Restart},
		{"SIGSTOP", server.Pause, server.Resume},
		{"latency", func() { proxy.Delay(500 * time.Millisecond) }, func() { proxy.Delay(0) }},
		{"connections cut", proxy.Cut, nil},
		{"FLUSHALL", command("FLUSHALL"), nil},
		{"SCRIPT FLUSH", command("SCRIPT", "FLUSH"), nil},
	}
}

// hit returns the Collectors that can't ask Redis while a fault lasts.
func (s *site) hit(f fault) fleet {
	switch {
	case f.heal == nil:
		return nil
	case f.name == "latency":
		return s.fleet[fleetSize/2:]
	}
	return s.fleet
}

// Whatever happens to Redis, nobody is refused for it, and nobody waits longer than its timeout.
func TestOutageUnderLoad(t *testing.T) {
	t.Parallel()
	for _, policy := range []string{"local", "allow"} {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			s := startSite(t, policy)
			time.Sleep(3 * time.Second)
			assertQuick(t, s.load.between(time.Second, s.load.now()-time.Second))
			for _, f := range faults(t, s.server, s.proxy) {
				s.suffer(t, f)
			}
		})
	}
}

// suffer judges one fault.
func (s *site) suffer(t *testing.T, f fault) {
	t.Helper()
	hit := s.hit(f)
	before := s.fleet.logged(logAway)
	during := s.load.during(func() {
		f.strike()
		if len(hit) > 0 {
			noticed := hit.awaitMode(t, 1, noticeable)
			time.Sleep(3*time.Second - noticed)
			f.heal()
			t.Logf("%s noticed after %s, back after %s", f.name, noticed, hit.awaitMode(t, 0, 10*time.Second))
		}
		time.Sleep(time.Second)
	})
	assertAnswered(t, during, http.StatusOK)
	assertQuick(t, during)
	assert.Eventually(t, func() bool { return slices.Equal(s.fleet.logged(logAway), s.fleet.logged(logBack)) },
		10*time.Second, 20*time.Millisecond, "%s: not all are back", f.name)
	for i, c := range s.fleet {
		lines := c.log.count(logAway) - before[i]
		assert.LessOrEqual(t, lines, 2, "one line is right, but a machine that stops for 300 ms is an outage of its own")
		assert.True(t, lines > 0 || !slices.Contains(hit, c), "%s, collector %d: no line", f.name, i)
	}
}

// during returns what was sent while something happened, with the answers.
func (l *load) during(happens func()) []batch {
	from := l.now()
	happens()
	to := l.now()
	time.Sleep(time.Second)
	return l.between(from, to)
}

// awaitLogged waits until each has logged a text once.
func (f fleet) awaitLogged(t *testing.T, text string) {
	t.Helper()
	require.Eventually(t, func() bool {
		return !slices.ContainsFunc(f.logged(text), func(lines int) bool { return lines != 1 })
	}, 10*time.Second, 20*time.Millisecond, "not each has logged once: %s", text)
}

// logged counts a text in the log of each.
func (f fleet) logged(text string) []int {
	counts := make([]int, len(f))
	for i, c := range f {
		counts[i] = c.log.count(text)
	}
	return counts
}
