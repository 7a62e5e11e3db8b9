// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/soak"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// drama is a test of four collectors that lose Redis for a while.
type drama struct {
	state  int32 // of the links
	losers int   // the collectors that are concerned
	lasts  time.Duration
	empty  bool // Redis comes back without its data
	policy Policy
	load   float64
	tokens int // 0: one whose limit binds, else so many that share the organization's
}

func (d *drama) String() string {
	return fmt.Sprintf("%s for %v, %d of 4, empty %v, policy %d, %gx, %d tokens",
		[]string{"well", "down", "stopped", "silent", "slow"}[d.state], d.lasts, d.losers, d.empty, d.policy, d.load, d.tokens)
}

// The limit that binds, and what its traffic and its outage are.
const (
	dramaLimit = 10_000
	before     = 90 * time.Second
	after      = 150 * time.Second
)

// play runs the drama, and returns the fleet at the end, and what was decided while it was without Redis.
func (d *drama) play(t *testing.T) (f *fleet, away [5]int64) {
	t.Helper()
	f = d.fleet(t)
	time.Sleep(before)
	for _, c := range f.collectors[:d.losers] {
		c.link.state.Store(d.state)
	}
	const opens = time.Second
	time.Sleep(opens)
	d.opened(f)
	was := f.count()
	time.Sleep(d.lasts - opens)
	for i, n := range f.count() {
		away[i] = n - was[i]
	}
	d.comeBack(f)
	f.background.Wait()
	f.close()
	return f, away
}

// fleet returns four collectors under load.
func (d *drama) fleet(t *testing.T) *fleet {
	t.Helper()
	f := newFleet(t, Options{Resolution: time.Second, Timeout: 100 * time.Millisecond, Policy: d.policy, Replicas: 4})
	for i := range uint64(4) {
		f.join(i, faults{delay: 2 * time.Millisecond, least: time.Millisecond / 10}, 1).Start()
	}
	f.background.Go(func() { d.traffic(f) })
	f.background.Go(func() { d.sweep(f) })
	return f
}

// opened checks that those who lose Redis know it after a second of load.
func (d *drama) opened(f *fleet) {
	for i, c := range f.collectors {
		if opened := c.events.away.Load() > 0; i >= d.losers || d.state == well {
			assert.False(f.t, opened, "collector %d", i)
		} else {
			assert.True(f.t, opened || c.events.failed.Load() < 3, "collector %d", i)
		}
	}
}

func (d *drama) comeBack(f *fleet) {
	if d.empty {
		f.server.flush()
	}
	for _, c := range f.collectors {
		c.link.state.Store(well)
	}
	time.Sleep(6 * time.Second) // all have swept
	for _, c := range f.collectors {
		assert.Equal(f.t, c.events.away.Load(), c.events.back.Load())
	}
	if d.load > 2 {
		return // the deny caches leave hardly a reason to call
	}
	f.server.mu.Lock()
	defer f.server.mu.Unlock()
	f.server.observe = func(now int64, call *redislog.Call, _ *redislog.Reply) { d.observe(f, now, call) }
}

// observe checks that the server has heard of all that was admitted without it.
func (d *drama) observe(f *fleet, now int64, call *redislog.Call) {
	for _, id := range d.limited() {
		if call.Log.Limit == 0 {
			continue
		}
		truth := f.ledger(id).truth(f.now(), tolerance)
		assert.GreaterOrEqual(f.t, f.server.data.Total(now, id.organization, id.token), truth, "the log lacks spans")
	}
}

// limited are the scopes whose limit binds.
func (d *drama) limited() []scopeID {
	if d.tokens == 0 {
		return []scopeID{{"o", "t0"}}
	}
	return []scopeID{{"o", ""}}
}

func (d *drama) traffic(f *fleet) {
	r := newRand(7)
	for f.now() < before+d.lasts+after {
		b := window.Batch{Organization: "o", Token: fmt.Sprint("t", r.IntN(max(1, d.tokens)))}
		b.Spans, b.TokenLimit, b.OrganizationLimit = 1+r.Int64N(dramaLimit/1000), dramaLimit, 10*dramaLimit
		if d.tokens > 0 {
			b.TokenLimit, b.OrganizationLimit = 10*dramaLimit, dramaLimit
		}
		f.send(f.collectors[r.IntN(4)], b)
		time.Sleep(time.Duration(float64(window.Length) * float64(b.Spans) / dramaLimit / d.load * r.ExpFloat64()))
	}
}

func (d *drama) sweep(f *fleet) {
	for f.now() < before+d.lasts+after {
		time.Sleep(5 * time.Second)
		for _, c := range f.collectors {
			c.Sweep(c.clock())
		}
	}
}

// count returns the outcomes so far.
func (f *fleet) count() [5]int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.outcomes
}

// TestLocal bounds what is admitted over outages that all collectors see. Only SOAK plays all of them.
func TestLocal(t *testing.T) {
	all := outages()
	for i := 0; i < len(all); i += max(1, 7/soak.Factor(t)) {
		local(t, all[i], 1.1)
	}
}

func outages() []drama {
	var all []drama
	for _, tokens := range []int{0, 8} {
		for _, load := range []float64{0.8, 1.5, 4} {
			for _, empty := range []bool{false, true} {
				for _, state := range []int32{down, stopped, silent, slow} {
					for _, lasts := range []time.Duration{2 * time.Second, 30 * time.Second, 100 * time.Second} {
						all = append(all, drama{state: state, losers: 4, lasts: lasts, empty: empty, load: load, tokens: tokens})
					}
				}
			}
			all = append(all, drama{state: well, losers: 4, lasts: time.Second, empty: true, load: load, tokens: tokens})
		}
	}
	return all
}

// TestPartial bounds what is admitted if only some collectors lose Redis.
func TestPartial(t *testing.T) {
	for losers := 1; losers <= 3; losers++ {
		for _, state := range []int32{down, silent} {
			d := drama{state: state, losers: losers, lasts: 100 * time.Second, load: 4}
			local(t, d, 1+float64(losers)/4+0.001)
		}
	}
}

func local(t *testing.T, d drama, bound float64) {
	t.Helper()
	t.Run(d.String(), func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f, away := d.play(t)
			for _, id := range d.limited() {
				most, end := f.ledger(id).most()
				share := float64(most) / dramaLimit
				t.Logf("%v: %.3f of the limit until %v; meanwhile %v", &d, share, end-before, away)
				assert.LessOrEqual(t, share, bound)
			}
		})
	})
}

// TestPolicies admits all or nothing during an outage.
func TestPolicies(t *testing.T) {
	for _, policy := range []Policy{Allow, Reject} {
		for _, state := range []int32{down, stopped, silent, slow} {
			d := drama{state: state, losers: 4, lasts: 30 * time.Second, load: 2, policy: policy}
			t.Run(d.String(), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					_, away := d.play(t)
					t.Log(away)
					others := away[window.OverLimit]
					if policy == Allow {
						others += away[window.Unknown]
					} else {
						others += away[window.Admitted]
					}
					assert.Zero(t, others)
				})
			})
		}
	}
}
