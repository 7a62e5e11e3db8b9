// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sony/gobreaker/v2"
	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// A server that fails once more while a collector settles, and is found well by somebody else's call, is returned to.
func TestSettleBeginsAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, Options{Resolution: time.Second, Timeout: 100 * time.Millisecond, Policy: Reject})
		c := f.join(1, quick, 1)
		c.link.home = func(string) (string, error) { return "b", nil }
		send := func(organization string) window.Outcome {
			return f.decide(c, window.Batch{Organization: organization, OrganizationLimit: 1e6, Spans: 1}).Outcome
		}
		send("o")
		c.link.state.Store(down)
		for range 3 {
			send("o")
		}
		c.link.state.Store(well)
		n := c.nodes["b"]
		for n.alone.Load() == forever {
			time.Sleep(time.Millisecond)
		}
		c.link.state.Store(down)
		for i := range 4 {
			send(fmt.Sprint("new", i))
		}
		assert.Equal(t, gobreaker.StateOpen, n.circuit.State())
		time.Sleep(probeInterval/2 + time.Millisecond)
		c.link.state.Store(well)
		send("newer") // the half-open circuit lets it through
		time.Sleep(5 * time.Second)
		assert.Equal(t, window.Admitted, send("o"))
		assert.Equal(t, c.events.away.Load(), c.events.back.Load())
		f.close()
	})
}

// The calls of one pipeline share a connection's fate.
func TestOnePipelineIsOneFailure(t *testing.T) {
	bad := errors.New("bad")
	n := new(node)
	n.count([]error{bad, bad, bad, bad})
	assert.EqualValues(t, 1, n.row.Load())
	n.count([]error{moved, bad})
	assert.EqualValues(t, 2, n.row.Load())
	n.count([]error{moved, moved})
	assert.EqualValues(t, 2, n.row.Load(), "says nothing of the server")
	n.count([]error{bad, nil, bad})
	assert.Zero(t, n.row.Load())
}

// A probe that is answered finds the server well, whatever is wrong with the organization that was asked about.
func TestProbeVerdict(t *testing.T) {
	bad := errors.New("bad")
	asking, probing := &lane{}, &lane{probing: true}
	for _, c := range []struct {
		l         *lane
		err, want error
	}{
		{asking, nil, nil},
		{asking, bad, bad},
		{asking, moved, moved},
		{probing, nil, nil},
		{probing, bad, bad},
		{probing, moved, nil},
	} {
		assert.Equal(t, c.want, c.l.verdict(c.err))
	}
}

// Too many who wait are no failure of Redis: no policy may admit them.
func TestQueueOverflow(t *testing.T) {
	for _, policy := range []Policy{Local, Allow, Reject} {
		synctest.Test(t, func(t *testing.T) {
			f := newFleet(t, Options{Resolution: time.Second, Timeout: 100 * time.Millisecond, Policy: policy})
			c := f.join(1, faults{delay: 10 * time.Millisecond, least: 10 * time.Millisecond}, 1)
			for range 2 * maxWaiting {
				f.send(c, window.Batch{Organization: "o", OrganizationLimit: 100, Spans: 1})
			}
			f.background.Wait()
			assert.EqualValues(t, 100, f.outcomes[window.Admitted])
			assert.Positive(t, f.outcomes[window.Unknown])
			f.close()
		})
	}
}

// A minute of debts takes few places in a call, and none is dated too early.
func TestCoalesce(t *testing.T) {
	var l window.Log
	for i := range 60 {
		l.Charge(time.Duration(i)*time.Second, 1, time.Second)
	}
	debts := coalesce(nil, time.Minute, &l)
	assert.Len(t, debts, 8)
	assert.Equal(t, 53*time.Second, debts[0].Age)
	assert.EqualValues(t, 8, debts[0].Spans)
	assert.Equal(t, time.Second, debts[7].Age)
	assert.EqualValues(t, 4, debts[7].Spans)
	assert.Empty(t, coalesce(nil, 0, &window.Log{}))
}

// The log of one token was lost, of an organization without limit: the others are intact, and not charged again.
func TestOneLogLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, Options{Resolution: time.Second, Timeout: 100 * time.Millisecond, Without: Leases})
		c := f.join(1, quick, 1)
		send := func(token string) {
			f.decide(c, window.Batch{
				Organization: "o", Token: token, OrganizationLimit: window.Unlimited, TokenLimit: 100, Spans: 10,
			})
		}
		for _, token := range []string{"a", "b", "a", "b"} {
			send(token)
		}
		f.server.data.Delete("o", "a")
		send("a")
		time.Sleep(2 * settling)
		assert.EqualValues(t, 30, f.server.total(scopeID{"o", "a"}))
		assert.EqualValues(t, 20, f.server.total(scopeID{"o", "b"}))
		f.close()
	})
}

// What goes on in the background when the windows are closed neither panics nor outlives them.
func TestCloseAmidBeats(t *testing.T) {
	for range 50 {
		synctest.Test(t, func(t *testing.T) {
			f := newFleet(t, Options{Resolution: time.Second, Timeout: 100 * time.Millisecond})
			c := f.join(1, quick, 1)
			f.decide(c, window.Batch{Organization: "o", OrganizationLimit: 100, Spans: 1})
			c.background(func() {
				for !c.closing() {
					c.first.beat()
					time.Sleep(time.Microsecond)
				}
			})
			time.Sleep(time.Millisecond)
			f.close()
		})
	}
}
