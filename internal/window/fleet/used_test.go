// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/soak"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// quick is a network without faults: a round trip takes a millisecond.
var quick = faults{delay: time.Millisecond / 2, least: time.Millisecond / 2}

// traffic of a test of how much of a limit can be used.
type offer struct {
	limit   int64
	binding window.Scope
	tokens  int
	load    float64 // times the limit
	largest int64   // batch
	poisson bool
	lasts   time.Duration
	ideal   int64 // spans that an exact window admits
}

func (o *offer) String() string {
	return fmt.Sprintf("%v/%d/%d tokens/%gx/%d/poisson=%v", o.binding, o.limit, o.tokens, o.load, o.largest, o.poisson)
}

func (o *offer) batch(r *rand.Rand) window.Batch {
	b := window.Batch{Organization: "o", Token: fmt.Sprint("t", r.IntN(o.tokens)), Spans: 1 + r.Int64N(o.largest)}
	b.TokenLimit, b.OrganizationLimit = window.Limit(o.limit), window.Limit(10*o.limit)
	if o.binding == window.Organization {
		b.TokenLimit, b.OrganizationLimit = 10*window.Limit(o.limit), window.Limit(o.limit)
	}
	if !o.poisson && o.load < 1 {
		b.Spans = o.largest
	}
	return b
}

// send sends it to four collectors.
func (o *offer) send(t *testing.T, seed uint64) *fleet {
	t.Helper()
	f := newFleet(t, Options{Resolution: time.Second, Timeout: 100 * time.Millisecond, Policy: Reject})
	for i := range uint64(4) {
		f.join(seed+i, quick, 1)
	}
	r := newRand(seed)
	swept, exact := time.Duration(0), window.NewMemory(1)
	for f.now() < o.lasts {
		b := o.batch(r)
		f.send(f.collectors[r.IntN(4)], b)
		if exact.Decide(f.now(), b).Outcome == window.Admitted {
			o.ideal += b.Spans
		}
		pause := float64(window.Length) * float64(b.Spans) / float64(o.limit) / o.load
		if o.poisson {
			pause *= r.ExpFloat64()
		}
		time.Sleep(time.Duration(pause))
		if f.now() > swept+5*time.Second {
			swept = f.now()
			for _, c := range f.collectors {
				c.Sweep(c.clock())
			}
		}
	}
	f.close()
	return f
}

// TestUsed saturates a limit: nearly as much is admitted as by an exact window, or three times the limit in the time for it.
func TestUsed(t *testing.T) {
	for _, o := range saturating() {
		t.Run(o.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := o.send(t, 1)
				id := scopeID{"o", ""}
				if o.binding == window.Token {
					id.token = "t0"
				}
				share := float64(f.ledger(id).spans()) / float64(min(o.ideal, 3*o.limit))
				t.Logf("%.2f %% used, %.3f calls a decision", 100*share, float64(f.calls())/float64(f.decisions()))
				assert.GreaterOrEqual(t, share, 0.97, &o)
				assert.LessOrEqual(t, f.ledger(id).excess(), int64(0))
			})
		})
	}
}

func saturating() []offer {
	var all []offer
	for _, limit := range []int64{1_000, 60_000} {
		for _, load := range []float64{1.2, 3, 10} {
			for _, poisson := range []bool{false, true} {
				o := offer{limit: limit, load: load, largest: 50, tokens: 1, poisson: poisson, lasts: 3 * 62 * time.Second}
				o.binding = window.Token
				all = append(all, o)
				o.binding, o.tokens = window.Organization, 8
				all = append(all, o)
			}
		}
	}
	return all
}

// TestSpared offers nine tenths of a limit for a while, with SOAK for more than an hour: nearly nothing is refused.
func TestSpared(t *testing.T) {
	for _, limit := range []int64{1_000, 60_000} {
		for _, binding := range []window.Scope{window.Token, window.Organization} {
			for _, poisson := range []bool{false, true} {
				o := offer{limit: limit, binding: binding, load: 0.9, tokens: 1, poisson: poisson}
				o.lasts = time.Duration(min(4, soak.Factor(t))) * 20 * time.Minute
				o.largest = limit / 100
				if poisson {
					o.largest = limit / 500
				}
				if binding == window.Organization {
					o.tokens = 8
				}
				spared(t, o)
			}
		}
	}
}

func spared(t *testing.T, o offer) {
	t.Helper()
	t.Run(o.String(), func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := o.send(t, 1)
			lost := f.spans[window.OverLimit]
			share := float64(lost) / float64(lost+f.spans[window.Admitted])
			t.Logf("%.3f %% refused, %.3f calls a decision", 100*share, float64(f.calls())/float64(f.decisions()))
			assert.LessOrEqual(t, share, 0.005, &o)
			if o.poisson && o.tokens == 1 {
				assert.LessOrEqual(t, f.calls(), f.decisions()*52/100, "leases spare few calls")
			}
		})
	})
}
