// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"math/rand/v2"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/soak"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/fleet"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog/redislogtest"
)

// However senders crowd, no batch is refused that has fitted for more than a second: neither early nor by the processor.
func TestRefusalsEnd(t *testing.T) {
	for where, gather := range map[string]func(*crowd){"memory": (*crowd).atOne, "redis": (*crowd).atTwo} {
		t.Run(where, func(t *testing.T) {
			var all [verdicts]int
			for seed := range uint64(6 * soak.Factor(t)) {
				t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						c := newCrowd(t, seed)
						gather(c)
						for range 2_000 {
							c.step()
						}
						for v, n := range c.verdicts {
							all[v] += n
						}
						t.Logf("admitted, refused, shed: %v; refused what had fitted for %v", c.verdicts, c.latest)
					})
				})
			}
			for v, n := range all {
				assert.Positive(t, n, v)
			}
		})
	}
}

// crowd are senders with two tokens of one organization. By turns they hurry, dawdle and sleep, at one collector or
// another.
type crowd struct {
	t          *testing.T
	random     *rand.Rand
	limits     [3]int64 // of the tokens and, last, of their organization
	collectors []collector
	counting   func(scope int) int64 // the spans that count at this moment, by limit
	admitted   func(batch)
	at         *collector          // the one of this turn
	tick       time.Duration       // its clock's
	full       map[batch]time.Time // when it last didn't fit
	verdicts   [verdicts]int
	latest     time.Duration // a batch was refused that had fitted for so long
}

// collector is one with what its client_token_auth holds of the tokens.
type collector struct {
	*desk
	holders [2]*identity.Holder
}

type batch struct {
	token int
	spans int64
}

var sizes = []int64{1, 5, 20}

// The verdicts on a batch.
const (
	admitted = iota
	refused
	shed
	verdicts
)

func newCrowd(t *testing.T, seed uint64) *crowd {
	t.Helper()
	c := &crowd{t: t, random: rand.New(rand.NewPCG(seed, 0)), full: map[batch]time.Time{}}
	c.limits = [3]int64{c.oneOf(100, 300, 1_000), c.oneOf(100, 300, 1_000), c.oneOf(200, 500, 2_000)}
	return c
}

func (c *crowd) oneOf(values ...int64) int64 { return values[c.random.IntN(len(values))] }

// atOne gives the crowd a collector on its own. Spans count there for a minute and, as package window has it, up to a
// resolution longer.
func (c *crowd) atOne() {
	c.join(newDesk(c.t, same))
	type admission struct {
		batch
		at time.Time
	}
	var all []admission
	c.admitted = func(b batch) { all = append(all, admission{b, time.Now()}) }
	c.counting = func(scope int) int64 {
		sum := int64(0)
		for i := len(all) - 1; i >= 0 && time.Since(all[i].at) < window.Length+time.Second; i-- {
			if scope == 2 || scope == all[i].token {
				sum += all[i].spans
			}
		}
		return sum
	}
}

// atTwo gives it two that share a Redis.
func (c *crowd) atTwo() {
	redis := &quickRedis{data: redislogtest.NewServer(time.Second, time.Second)}
	for range 2 {
		d := newDesk(c.t, func(cfg *Config) { cfg.Redis.GetOrInsertDefault() })
		c.join(d)
		w := fleet.New(redis, d.shared.monitor, d.clock, fleet.Options{Resolution: time.Second, Timeout: time.Second})
		d.windows = w
		w.Start()
		d.sweeping.Go(func() { d.sweep(sharedSweepInterval) })
		c.t.Cleanup(func() {
			close(d.done)
			d.sweeping.Wait()
			w.Close()
		})
	}
	c.admitted = func(batch) {}
	c.counting = func(scope int) int64 { return redis.total("shop", []string{"t-0", "t-1", ""}[scope]) }
}

// join gives the crowd a collector whose clock is the test's.
func (c *crowd) join(d *desk) {
	born := time.Now()
	d.clock = func() time.Duration { return time.Since(born) }
	owner := identity.NewOwner(&token.Organization{ID: "shop", SpansPerMinute: &c.limits[2]})
	joined := collector{desk: d}
	for i := range joined.holders {
		record := &token.Token{ID: "t-" + strconv.Itoa(i), SpansPerMinute: &c.limits[i]}
		joined.holders[i] = identity.NewHolder(record, owner)
	}
	c.collectors = append(c.collectors, joined)
}

func (c *crowd) step() {
	if c.at == nil || c.random.IntN(15) == 0 {
		c.at = &c.collectors[c.random.IntN(len(c.collectors))]
		c.tick = time.Duration(c.oneOf(1, 1, 5, 20, 50)) * time.Millisecond
	}
	for range c.random.IntN(int(c.tick / time.Millisecond * 4)) {
		time.Sleep(c.tick)
		synctest.Wait()
		c.look()
	}
	c.send(c.at, batch{c.random.IntN(2), c.oneOf(sizes...)})
	c.look()
}

// look notes what doesn't fit.
func (c *crowd) look() {
	all := c.limits[2] - c.counting(2)
	for i := range 2 {
		room := min(all, c.limits[i]-c.counting(i))
		for _, spans := range sizes {
			if spans > room {
				c.full[batch{i, spans}] = time.Now()
			}
		}
	}
}

func (c *crowd) send(to *collector, b batch) {
	fitted := time.Since(c.full[b])
	verdict := to.decide(to.holders[b.token], b)
	c.verdicts[verdict]++
	if verdict == admitted {
		c.admitted(b)
		return
	}
	require.LessOrEqual(c.t, fitted, time.Second, "%+v was refused", b)
	c.latest = max(c.latest, fitted)
}

// decide does what client_token_auth does, and then the processor.
func (to *collector) decide(by *identity.Holder, b batch) int {
	if _, exhausted := by.Standing().Exhausted(to.moment(to.clock())); exhausted {
		return shed
	}
	if to.send(identity.New(nil, by, ""), int(b.spans)).code != codes.OK {
		return refused
	}
	return admitted
}
