// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redistest"
)

// full are organizations that use up their limits in a few seconds, one that takes half a minute, and one that is far
// from it.
var full = []organization{
	{"spent", 3_000, true, several(3, "spent", 0, 8_000)},
	{"drained", 0, false, []sender{{"drained-0", 3_000, 24_000}, {"drained-1", 2_000, 16_000}}},
	{"filling", 6_000, true, several(2, "filling", 0, 8_000)},
	ample[0],
}

// keyOf is where the windows of an organization are.
func keyOf(organization string) string { return "clienttokens:w:{" + organization + "}:o" }

// Whatever a Cluster does, nobody is refused for it, nobody waits for long, and limits hold, nearly.
func TestClusterUnderLoad(t *testing.T) {
	t.Parallel()
	c := redistest.StartCluster(t)
	settings := "redis: {%s, cluster: true}, replicas: %d"
	f := startFleet(t, fleetSize, full, alike(settings, endpoints(c.Addrs()[0]), fleetSize))
	l := startLoad(t, f, full, 15)
	time.Sleep(10 * time.Second)
	for _, e := range []struct {
		name    string
		happens func()
	}{
		{"slot migration", func() {
			c.MigrateSlot(keyOf("first"), 50*time.Millisecond)
			c.MigrateSlot(keyOf("spent"), 50*time.Millisecond)
		}},
		{"failover", func() { c.Failover(keyOf("first")); c.Failover(keyOf("spent")) }},
		{"kill -9 of a master", func() { c.KillMaster(keyOf("spent")) }},
		{"kill -9 of another", func() { c.KillMaster(keyOf("filling")) }},
	} {
		l.endure(t, e.name, e.happens)
	}
	judgeFull(t, l)
}

func TestSentinelUnderLoad(t *testing.T) {
	t.Parallel()
	s := redistest.StartSentinel(t)
	settings := "redis: {%s, master_name: %s}, replicas: %d"
	f := startFleet(t, fleetSize, full, alike(settings, endpoints(s.Addrs()...), s.MasterName(), fleetSize))
	l := startLoad(t, f, full, 15)
	time.Sleep(10 * time.Second)
	l.endure(t, "kill -9 of the master", s.KillMaster)
	judgeFull(t, l)
}

// endure judges what was sent while something happened to a deployment, and until all shared limits again.
func (l *load) endure(t *testing.T, name string, happens func()) {
	t.Helper()
	away := l.fleet.logged(logAway)
	var took, returned time.Duration
	during := l.during(func() {
		began := time.Now()
		happens()
		took = time.Since(began).Round(time.Millisecond)
		time.Sleep(time.Second)
		returned = l.fleet.awaitMode(t, 0, 20*time.Second)
	})
	t.Logf("%s took %s, all shared again after 1 s and %s; lines %v -> %v", name, took, returned, away,
		l.fleet.logged(logAway))
	assertQuick(t, during)
	assertAnswered(t, during, http.StatusOK, http.StatusTooManyRequests)
	assertAnswered(t, slices.DeleteFunc(during, func(b batch) bool { return b.organization != ample[0].id }), http.StatusOK)
}

// judgeFull ends the load, which lasted for less than a minute.
func judgeFull(t *testing.T, l *load) {
	t.Helper()
	time.Sleep(2 * time.Second)
	l.end()
	t.Logf("after %s", l.now())
	for _, s := range l.scopes(full[:3]) {
		s.judge(t, tolerated)
	}
}
