// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"fmt"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/soak"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// TestClose checks that what is left of leases is given back: then the server holds what was admitted, not a span more.
func TestClose(t *testing.T) {
	leased := int64(0)
	for seed := range uint64(20 * soak.Factor(t)) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRand(seed)
				f := newFleet(t, Options{Resolution: oneOf(r, time.Second, 10*time.Second), Timeout: 100 * time.Millisecond})
				for i := range uint64(1 + r.IntN(4)) {
					f.join(i, quick, 1)
				}
				organizations, tokens := 1+r.IntN(3), 1+r.IntN(40)
				for range 2_000 {
					b := window.Batch{Organization: fmt.Sprint("o", r.IntN(organizations)), Token: fmt.Sprint("t", r.IntN(tokens))}
					b.Spans, b.TokenLimit, b.OrganizationLimit = 1+r.Int64N(5), 10_000, 100_000
					f.send(f.collectors[r.IntN(len(f.collectors))], b)
					time.Sleep(time.Duration(r.Int64N(int64(20 * time.Millisecond))))
				}
				f.close()
				for _, c := range f.collectors {
					leased += c.events.leased.Load()
				}
				for id, g := range f.ledgers {
					assert.Equal(t, g.spans(), f.server.total(id))
				}
			})
		})
	}
	assert.Positive(t, leased)
	t.Log(leased, "leased")
}

// TestCloseHanging closes amid an outage: that takes as long as a call may, and leaves nothing behind.
func TestCloseHanging(t *testing.T) {
	for _, state := range []int32{down, stopped, silent, slow} {
		t.Run(strconv.Itoa(int(state)), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t, Options{Resolution: time.Second, Timeout: 100 * time.Millisecond, Policy: Allow})
				c := f.join(1, quick, 1)
				c.Start()
				for i := range 2_000 {
					f.send(c, window.Batch{Organization: fmt.Sprint("o", i%70), OrganizationLimit: 1e6, Spans: 1})
					if i == 1_000 {
						time.Sleep(10 * time.Second)
						c.link.state.Store(state)
					}
					time.Sleep(time.Millisecond / 10)
				}
				f.background.Wait()
				began := f.now()
				f.close()
				assert.LessOrEqual(t, f.now()-began, 400*time.Millisecond)
			})
		})
	}
}

// TestForgets checks that nothing of an idle fleet stays, at the collectors or at the server.
func TestForgets(t *testing.T) {
	for _, state := range []int32{well, down, silent} {
		t.Run(strconv.Itoa(int(state)), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t, Options{Resolution: time.Second, Timeout: 100 * time.Millisecond, Replicas: 2})
				f.join(1, quick, 1)
				f.join(2, quick, 1)
				r := newRand(1)
				for i := range 5_000 {
					b := window.Batch{Organization: fmt.Sprint("o", r.IntN(30)), Token: fmt.Sprint("t", r.IntN(10)), Spans: 1 + r.Int64N(5)}
					b.TokenLimit, b.OrganizationLimit = oneOf(r, 100, 10_000, window.Unlimited), oneOf(r, 1_000, window.Unlimited)
					f.send(f.collectors[r.IntN(2)], b)
					time.Sleep(time.Duration(r.Int64N(int64(4 * time.Millisecond))))
					if i == 3_000 {
						f.collectors[0].link.state.Store(state)
					}
				}
				f.background.Wait()
				f.idle(4 * time.Minute)
				for _, c := range f.collectors {
					assert.Zero(t, c.Len())
				}
				f.server.data.Expire(f.server.now())
				assert.Zero(t, f.server.data.Len())
				f.close()
			})
		})
	}
}

// idle has the fleet do nothing but sweep for a while.
func (f *fleet) idle(long time.Duration) {
	for end := f.now() + long; f.now() < end; time.Sleep(5 * time.Second) {
		for _, c := range f.collectors {
			c.Sweep(c.clock())
		}
	}
}

// TestForgetsOwing keeps what Redis has yet to be told, for as long as it matters.
func TestForgetsOwing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, Options{Resolution: time.Second, Timeout: 100 * time.Millisecond})
		c := f.join(1, quick, 1)
		c.link.state.Store(down)
		b := window.Batch{Organization: "o", Token: "t", TokenLimit: 1_000, OrganizationLimit: 1_000, Spans: 10}
		for range 50 {
			f.decide(c, b)
		}
		f.idle(50 * time.Second)
		assert.Equal(t, 2, c.Len())
		c.link.state.Store(well)
		time.Sleep(time.Second)
		assert.Equal(t, int64(500), f.server.total(scopeID{"o", "t"}))
		assert.Equal(t, int64(500), f.server.total(scopeID{"o", ""}))
		f.idle(2 * time.Minute)
		assert.Zero(t, c.Len())
		f.close()
	})
}

// TestGroup fills calls to the brim: one at a time for an organization, which the link checks, each as full as may be,
// and in order.
func TestGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, Options{Resolution: time.Second, Timeout: time.Second, Policy: Reject, Without: Leases | DenyCache})
		c := f.join(1, faults{delay: 10 * time.Millisecond, least: 10 * time.Millisecond}, 1)
		var sizes []int
		last := map[string]int64{}
		c.link.sent = func(calls []*redislog.Call) {
			n := 0
			for i := range calls[0].Tokens {
				token := &calls[0].Tokens[i]
				n += len(token.Batches)
				for _, spans := range token.Batches {
					assert.Greater(t, spans, last[token.ID], "out of order")
					last[token.ID] = spans
				}
			}
			if n > 0 { // else it is a beat
				sizes = append(sizes, n)
			}
		}
		spans := map[string]int64{}
		send := func(token string) {
			spans[token]++
			b := window.Batch{Organization: "o", Token: token, OrganizationLimit: 1e9, TokenLimit: 1e9, Spans: spans[token]}
			f.send(c, b)
			time.Sleep(time.Nanosecond)
		}
		for range 601 {
			send("hot")
		}
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Equal(t, []int{1, redislog.MaxBatches, redislog.MaxBatches, 600 - 2*redislog.MaxBatches}, sizes)
		sizes = nil
		for i := range 41 {
			send(fmt.Sprint("t", i))
		}
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Equal(t, []int{1, redislog.MaxTokens, redislog.MaxTokens, 40 - 2*redislog.MaxTokens}, sizes)
		f.close()
		assert.Equal(t, int64(601*602/2), f.server.total(scopeID{"o", "hot"}))
		assert.Equal(t, [5]int64{window.Admitted: 642}, f.outcomes)
	})
}

// TestUngrouped asks for one batch at a time.
func TestUngrouped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, Options{Resolution: time.Second, Timeout: time.Second, Without: GroupCommit | Leases})
		c := f.join(1, quick, 1)
		for range 10 {
			f.send(c, window.Batch{Organization: "o", Token: "t", TokenLimit: 100, OrganizationLimit: 100, Spans: 1})
		}
		f.background.Wait()
		assert.Equal(t, 10, f.server.calls)
		f.close()
	})
}

// TestCrowd has more batches wait than may: the others are decided at once.
func TestCrowd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, Options{Resolution: time.Second, Timeout: 100 * time.Millisecond, Policy: Reject})
		c := f.join(1, quick, 1)
		c.link.state.Store(silent)
		const more = 1_000
		for range maxWaiting + 1 + more { // one is in a call
			f.send(c, window.Batch{Organization: "o", OrganizationLimit: 1e9, Spans: 1})
			time.Sleep(time.Nanosecond)
		}
		assert.Equal(t, [5]int64{window.Unknown: more}, f.count())
		f.close()
		assert.Equal(t, [5]int64{window.Unknown: maxWaiting + 1 + more}, f.count())
	})
}
