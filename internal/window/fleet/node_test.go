// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/sony/gobreaker/v2"
	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// moved is what Redis says of an organization whose keys are being moved.
var moved = redisError("TRYAGAIN multiple keys request during rehashing of slot")

type redisError string

func (e redisError) Error() string { return string(e) }
func (redisError) RedisError()     {}

var _ redis.Error = redisError("")

func TestCircuit(t *testing.T) {
	bad := errors.New("bad")
	repeat := func(n int, errs ...error) (all []error) {
		for range n {
			all = append(all, errs...)
		}
		return all
	}
	for name, c := range map[string]struct {
		every time.Duration
		calls []error
		open  bool
	}{
		"two failures":                    {0, repeat(2, bad), false},
		"three in a row":                  {0, repeat(3, bad), true},
		"three in a row, after successes": {0, append(repeat(100, nil), repeat(3, bad)...), true},
		"three in a row, slowly":          {10 * time.Second, repeat(3, bad), true},
		"three, not in a row":             {0, []error{bad, bad, nil, bad}, false},
		"half of 18":                      {0, repeat(9, bad, nil), false},
		"half of 19":                      {0, append(repeat(9, bad, nil), bad), false},
		"half of 21":                      {0, append(repeat(10, bad, nil), bad), true},
		"less than half":                  {0, append(repeat(2, nil), repeat(20, bad, nil)...), false},
		"half, but not within a second":   {100 * time.Millisecond, repeat(50, bad, nil), false},
		"no news of the server":           {0, repeat(10, error(moved)), false},
		"no news between failures":        {0, []error{bad, moved, bad, errNothing, bad}, true},
		"nothing asked":                   {0, repeat(10, errNothing), false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t, Options{Resolution: time.Second, Timeout: 100 * time.Millisecond})
				w := f.join(1, quick, 1)
				for _, err := range c.calls {
					time.Sleep(c.every)
					if report, closed := w.first.circuit.Allow(); closed == nil {
						if !errors.Is(err, errNothing) {
							w.first.count([]error{err})
						}
						w.first.report(err, 0, report)
					}
				}
				assert.Equal(t, c.open, w.first.circuit.State() != gobreaker.StateClosed)
				assert.Equal(t, c.open, w.first.isAlone(w.clock()))
				assert.Equal(t, c.open, w.events.away.Load() == 1)
				f.close()
			})
		})
	}
}

// TestCluster loses one server of two: only what it holds is concerned, and goes on when another holds it.
func TestCluster(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, Options{Resolution: time.Second, Timeout: 100 * time.Millisecond, Policy: Reject})
		c := f.join(1, quick, 1)
		var homes sync.Map
		homes.Store("x", "a")
		homes.Store("y", "b")
		c.link.home = func(organization string) (string, error) {
			if home, ok := homes.Load(organization); ok {
				return home.(string), nil
			}
			return "", errRefused
		}
		c.link.fails = func(organization string) error {
			if home, _ := homes.Load(organization); home == "b" {
				return errRefused
			}
			return nil
		}
		outcomes := func() string {
			before := [2][5]int64{}
			for i, organization := range []string{"x", "y"} {
				for range 200 {
					b := window.Batch{Organization: organization, Token: "t", TokenLimit: 1e6, OrganizationLimit: 1e6, Spans: 1}
					before[i][f.decide(c, b).Outcome]++
					time.Sleep(10 * time.Millisecond)
				}
			}
			return fmt.Sprint(before)
		}
		assert.Equal(t, "[[200 0 0 0 0] [0 0 0 0 200]]", outcomes())
		assert.Equal(t, int64(1), c.events.away.Load())
		homes.Store("y", "a")
		time.Sleep(time.Second)
		assert.Equal(t, "[[200 0 0 0 0] [200 0 0 0 0]]", outcomes())
		homes.Clear()
		assert.Equal(t, "[[0 0 0 0 200] [0 0 0 0 200]]", outcomes(), "no server is known")
		f.close()
	})
}

// TestNothingAsked has the circuit let a call pass which turns out to have nothing to ask: that tells nothing.
func TestNothingAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, Options{Resolution: time.Second, Timeout: 100 * time.Millisecond, Policy: Reject})
		c := f.join(1, quick, 1)
		c.link.state.Store(down)
		for range 3 {
			f.decide(c, window.Batch{Organization: "o", OrganizationLimit: 100, Spans: 1})
		}
		time.Sleep(probeInterval * 3 / 4)
		assert.Equal(t, gobreaker.StateHalfOpen, c.first.circuit.State())
		c.each(c.ask)
		synctest.Wait()
		assert.Equal(t, gobreaker.StateHalfOpen, c.first.circuit.State())
		c.each(func(o *organization) { assert.False(t, o.calling) })
		f.close()
	})
}

// TestOutages tells of each outage once, and of each return.
func TestOutages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, Options{Resolution: time.Second, Timeout: 100 * time.Millisecond, Policy: Reject})
		c := f.join(1, quick, 1)
		for i := range int64(3) {
			for _, state := range []int32{down, well} {
				c.link.state.Store(state)
				for range 100 {
					f.decide(c, window.Batch{Organization: "o", OrganizationLimit: 1e6, Spans: 1})
					time.Sleep(10 * time.Millisecond)
				}
				assert.Equal(t, state == down, c.first.isAlone(c.clock()))
				time.Sleep(time.Second)
			}
			assert.Equal(t, [2]int64{i + 1, i + 1}, [2]int64{c.events.away.Load(), c.events.back.Load()})
		}
		f.close()
	})
}

func TestOrganizational(t *testing.T) {
	assert.True(t, organizational(moved))
	assert.True(t, organizational(redisError("WRONGTYPE Operation against a key")))
	assert.False(t, organizational(redisError("LOADING Redis is loading")))
	assert.False(t, organizational(errors.New("TRYAGAIN")))
}
