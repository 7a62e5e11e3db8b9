// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// TestSettles has a collector decide alone for a while after each event that others may notice later.
func TestSettles(t *testing.T) {
	for name, event := range map[string]func(*fleet, *collector){
		"outage": func(f *fleet, c *collector) {
			c.link.state.Store(down)
			for range 3 {
				decideUntil(f, c, window.Unknown)
			}
			time.Sleep(sec)
			c.link.state.Store(well)
		},
		"loss": func(f *fleet, _ *collector) { f.server.flush() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t, Options{Resolution: sec, Timeout: 100 * time.Millisecond, Policy: Reject, Without: Leases})
				c := f.join(1, quick, 1)
				decideUntil(f, c, window.Admitted)
				event(f, c)
				decideUntil(f, c, window.Unknown)
				alone := decideUntil(f, c, window.Admitted)
				assert.GreaterOrEqual(t, alone, settling-20*time.Millisecond)
				assert.LessOrEqual(t, alone, settling+probeInterval+20*time.Millisecond)
				f.close()
			})
		})
	}
}

// decideUntil decides a batch every 10 ms until one has an outcome, and returns how long that took.
func decideUntil(f *fleet, c *collector, o window.Outcome) time.Duration {
	began := f.now()
	b := window.Batch{Organization: "o", OrganizationLimit: 1e6, Spans: 1}
	for f.decide(c, b).Outcome != o && f.now() < began+10*sec {
		time.Sleep(10 * time.Millisecond)
	}
	return f.now() - began
}

// TestSettlesDebts charges at once, when a server is back, what was admitted without it: others are to see it.
func TestSettlesDebts(t *testing.T) {
	for _, empty := range []bool{false, true} {
		t.Run(fmt.Sprint("empty ", empty), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t, Options{Resolution: sec, Timeout: 100 * time.Millisecond, Policy: Allow})
				c := f.join(1, quick, 1)
				send := func() {
					for i := range 1_000 {
						b := window.Batch{Organization: fmt.Sprint("o", i%100), Token: fmt.Sprint("t", i%300)}
						b.Spans, b.TokenLimit, b.OrganizationLimit = 1+int64(i%7), 1e6, 1e6
						f.send(c, b)
						time.Sleep(time.Millisecond)
					}
				}
				send()
				c.link.state.Store(down)
				send()
				time.Sleep(10 * sec)
				if empty {
					f.server.flush()
				}
				c.link.state.Store(well)
				time.Sleep(probeInterval + settling/2)
				f.background.Wait()
				assert.True(t, c.first.isAlone(c.clock()))
				for id, g := range f.ledgers {
					assert.GreaterOrEqual(t, f.server.total(id), g.spans())
				}
				f.close()
			})
		})
	}
}
