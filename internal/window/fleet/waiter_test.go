// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// tardy is a collector whose calls take 80 ms, and the refunds that it sends.
func tardy(f *fleet) (*collector, *[]redislog.Refund) {
	c := f.join(1, faults{delay: 40 * time.Millisecond, least: 40 * time.Millisecond}, 1)
	refunds := new([]redislog.Refund)
	c.link.sent = func(calls []*redislog.Call) {
		for i := range calls[0].Tokens {
			if r := calls[0].Tokens[i].Refund; r.Spans > 0 {
				*refunds = append(*refunds, r)
			}
		}
	}
	return c, refunds
}

// TestGone decides a batch without Redis, whose answer is an admission but comes too late: it is refunded.
func TestGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, Options{Resolution: sec, Timeout: 100 * time.Millisecond, Policy: Reject})
		c, refunds := tardy(f)
		b := window.Batch{Organization: "o", Token: "t", TokenLimit: 100, OrganizationLimit: 100, Spans: 10}
		f.send(c, b)
		time.Sleep(time.Millisecond)
		b.Spans = 20
		began := f.now()
		assert.Equal(t, window.Unknown, f.decide(c, b).Outcome) // its call began at 80 ms
		assert.Equal(t, 100*time.Millisecond, f.now()-began)
		ran := f.began.Add(120 * time.Millisecond).UnixMicro()
		time.Sleep(20 * time.Millisecond)
		assert.Equal(t, int64(30), f.server.total(scopeID{"o", "t"}))
		time.Sleep(sec)
		assert.Equal(t, int64(10), f.server.total(scopeID{"o", "t"}))
		assert.Equal(t, int64(10), f.server.total(scopeID{"o", ""}))
		assert.Equal(t, []redislog.Refund{{Spans: 20, Date: ran}}, *refunds)
		f.close()
	})
}

// TestGoneUnsure refunds nothing if nobody would notice that it is another log by now.
func TestGoneUnsure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, Options{Resolution: sec, Timeout: 100 * time.Millisecond, Policy: Reject})
		c, refunds := tardy(f)
		c.link.state.Store(silent)
		b := window.Batch{Organization: "o", OrganizationLimit: 100, Spans: 20}
		f.send(c, b)
		time.Sleep(time.Millisecond)
		f.send(c, b)
		time.Sleep(time.Millisecond)
		c.link.state.Store(well)
		time.Sleep(168 * time.Millisecond)
		assert.Equal(t, [5]int64{window.Unknown: 2}, f.count())
		f.send(c, b) // goes with the next call
		time.Sleep(sec)
		assert.Equal(t, [5]int64{window.Unknown: 2, window.Admitted: 1}, f.count())
		assert.Equal(t, int64(40), f.server.total(scopeID{"o", ""}))
		f.close()
		assert.Empty(t, *refunds)
	})
}

// TestEdited has batches wait whose limits differ: they don't share a call.
func TestEdited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, Options{Resolution: sec, Timeout: sec, Policy: Reject})
		c := f.join(1, quick, 1)
		var sent [][2]window.Limit
		c.link.sent = func(calls []*redislog.Call) {
			sent = append(sent, [2]window.Limit{calls[0].Tokens[0].Log.Limit, calls[0].Log.Limit})
		}
		limits := [][2]window.Limit{{10, 20}, {11, 20}, {11, 21}, {12, 21}, {window.Unlimited, 21}, {12, window.Unlimited}}
		for _, l := range limits {
			f.send(c, window.Batch{Organization: "o", Token: "t", TokenLimit: l[0], OrganizationLimit: l[1], Spans: 1})
			time.Sleep(time.Nanosecond)
		}
		f.background.Wait()
		assert.Equal(t, limits, sent)
		f.close()
	})
}
