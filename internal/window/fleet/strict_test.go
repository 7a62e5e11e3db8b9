// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/soak"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/redislog"
)

// TestStrict lets fleets of all kinds do their worst by the policy Reject, with anything but a loss of data: in no minute
// more than a limit is admitted.
func TestStrict(t *testing.T) {
	decisions, admitted := int64(0), int64(0)
	for seed := range uint64(50 * soak.Factor(t)) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, seed)
				w.play()
				w.judge()
				t.Logf("%d collectors, outcomes %v, calls %d, %v", len(w.collectors), w.outcomes, w.calls(), w.now())
				decisions += w.decisions()
				admitted += w.outcomes[window.Admitted]
			})
		})
	}
	t.Logf("%d decisions, %d admissions", decisions, admitted)
}

// world is a fleet whose composition, load and misfortune are drawn.
type world struct {
	*fleet
	test    *testing.T
	random  *rand.Rand
	seed    uint64
	faults  faults
	lowers  bool // limits may be lowered, too
	beats   bool // collectors look after what they have charged
	live    []*collector
	sources []*source
	stop    chan struct{}
	players sync.WaitGroup
	left    atomic.Int64 // decisions
	mu      sync.Mutex
}

// source sends the batches of one token.
type source struct {
	batch   window.Batch
	limits  [2]atomic.Int64 // organization's, which sources share, and token's
	shared  *atomic.Int64
	load    float64 // share of the limit
	largest int64
	pattern int
	random  *rand.Rand
	sticky  int // collector, or -1
}

// The patterns in time of a source.
const (
	even = iota
	poisson
	bursts
	adversary
	patterns
)

func oneOf[T any](r *rand.Rand, values ...T) T { return values[r.IntN(len(values))] }

func newWorld(t *testing.T, seed uint64) *world {
	t.Helper()
	r := newRand(seed)
	o := Options{
		Resolution: oneOf(r, 100*time.Millisecond, time.Second, time.Second, 3*time.Second, 10*time.Second),
		Timeout:    oneOf(r, 80*time.Millisecond, 100*time.Millisecond, time.Second),
		Policy:     Reject,
		Without:    Means(oneOf(r, 0, 0, 0, 0, 0, int(Leases), int(DenyCache), int(GroupCommit), r.IntN(8))),
	}
	w := &world{fleet: newFleet(t, o), test: t, random: r, seed: seed, stop: make(chan struct{})}
	w.lowers, w.beats = r.IntN(4) == 0, r.IntN(4) == 0
	w.faults = drawFaults(r)
	for range oneOf(r, 1, 2, 2, 4, 4, 8, 32) {
		w.join()
	}
	w.addSources(oneOf(r, 1, 1, 2, 4), oneOf(r, 1, 2, 5, 20))
	w.server.observe = w.observe
	return w
}

func drawFaults(r *rand.Rand) faults {
	if r.IntN(5) == 0 {
		return faults{delay: time.Millisecond}
	}
	chance := func() float64 { return oneOf(r, 0, 0.001, 0.02, 0.2) }
	return faults{
		delay:       oneOf(r, time.Millisecond, 10*time.Millisecond, 60*time.Millisecond, 600*time.Millisecond),
		refused:     chance(),
		lostRequest: chance(),
		lateRequest: chance(),
		lostReply:   chance(),
		broken:      chance(),
	}
}

func (w *world) join() {
	w.mu.Lock()
	defer w.mu.Unlock()
	// Clocks may differ by as much as a lease allows for.
	rate := oneOf(w.random, 1, 1, 1-0.9/drift, 1+0.9/drift)
	c := w.fleet.join(w.random.Uint64(), w.faults, rate)
	w.live = append(w.live, c)
	if w.beats {
		c.Start()
	}
}

func (w *world) addSources(organizations, tokens int) {
	r := w.random
	for i := range organizations {
		shared := new(atomic.Int64)
		shared.Store(oneOf[int64](r, 5, 60, 300, 1_000, 10_000, int64(window.Unlimited)))
		for j := range tokens {
			s := &source{shared: shared, random: newRand(r.Uint64()), pattern: r.IntN(patterns)}
			s.batch = window.Batch{Organization: fmt.Sprint("o", i), Token: fmt.Sprint("t", j)}
			if r.IntN(8) == 0 {
				s.batch.Token = ""
			}
			s.limits[1].Store(oneOf(r, 5, 10, 60, 300, 1_000, 10_000, int64(window.Unlimited)))
			s.load = oneOf(r, 0.3, 0.9, 1.0, 1.5, 3)
			s.largest = oneOf[int64](r, 1, 5, 50, 1_000, 10_000)
			s.sticky = oneOf(r, -1, -1, 0, 1)
			w.sources = append(w.sources, s)
		}
	}
}

// play has all sources send until enough was decided, and the fates do their work.
func (w *world) play() {
	const decisions = 2_500
	w.left.Store(decisions)
	w.players.Go(w.fate)
	for _, s := range w.sources {
		w.players.Go(func() { w.send(s) })
	}
	w.players.Wait()
	w.close()
}

// send sends batches until there are enough, or four minutes are over.
func (w *world) send(s *source) {
	r := s.random
	time.Sleep(time.Duration(r.Int64N(int64(time.Second))))
	for w.now() < 4*time.Minute {
		b := s.next()
		pause := s.pause(b.Spans, w.options.Resolution)
		if w.left.Add(-1) < 0 {
			return
		}
		w.fleet.send(w.pick(s), b)
		time.Sleep(min(pause, window.Length+sec))
	}
}

// next returns a batch of up to what is allowed at present.
func (s *source) next() window.Batch {
	b := s.batch
	b.OrganizationLimit, b.TokenLimit = window.Limit(s.shared.Load()), window.Limit(s.limits[1].Load())
	b.Spans = 1 + s.random.Int64N(min(s.largest, int64(s.limit(&b))))
	if s.pattern == adversary {
		b.Spans = min(int64(s.limit(&b)), s.largest)
	}
	return b
}

// limit is what a source's load refers to.
func (*source) limit(b *window.Batch) window.Limit {
	if l := min(b.EffectiveTokenLimit(), b.OrganizationLimit); l != window.Unlimited {
		return max(l, 1)
	}
	return 1_000
}

// pause returns the time until the next batch.
func (s *source) pause(spans int64, resolution time.Duration) time.Duration {
	b := s.batch
	b.OrganizationLimit, b.TokenLimit = window.Limit(s.shared.Load()), window.Limit(s.limits[1].Load())
	mean := float64(window.Length) * float64(spans) / float64(s.limit(&b)) / s.load
	r := s.random
	switch s.pattern {
	case poisson:
		return time.Duration(mean * r.ExpFloat64())
	case bursts:
		if r.IntN(20) > 0 {
			return 0
		}
		return time.Duration(20 * mean)
	case adversary: // all at once, and again just before or after it leaves
		if r.Float64() < 1-min(1, float64(spans)/float64(s.limit(&b)))/2 {
			return oneOf(r, 0, 0, time.Millisecond)
		}
		edge := window.Length - time.Second - oneOf(r, 0, resolution)
		return edge + oneOf(r, 0, resolution) + time.Duration(r.Int64N(int64(1100*time.Millisecond)))
	default:
		return time.Duration(mean)
	}
}

func (w *world) pick(s *source) *collector {
	w.mu.Lock()
	defer w.mu.Unlock()
	if s.sticky >= 0 {
		return w.live[s.sticky%len(w.live)]
	}
	return w.live[s.random.IntN(len(w.live))]
}

// fate sweeps, and has the clock step, collectors come and go, and limits change.
func (w *world) fate() {
	r := newRand(w.seed + 1)
	events := oneOf(r, 0, 10, 300)
	for w.left.Load() > 0 && w.now() < 4*time.Minute {
		time.Sleep(time.Duration(r.Int64N(int64(3 * time.Second))))
		for _, c := range w.live {
			c.Sweep(c.clock())
		}
		if r.IntN(300) < events {
			w.event(r)
		}
	}
}

func (w *world) event(r *rand.Rand) {
	switch r.IntN(5) {
	case 0:
		w.server.step(-time.Duration(r.Int64N(int64(oneOf(r, time.Millisecond, time.Second, 20*time.Second)))))
	case 1:
		w.leave(r)
		w.join()
	case 2:
		c := w.live[r.IntN(len(w.live))]
		c.link.state.Store(oneOf(r, down, stopped, silent, slow, well))
	default:
		w.edit(r)
	}
}

// leave has a collector crash, or close in peace.
func (w *world) leave(r *rand.Rand) {
	w.mu.Lock()
	i := r.IntN(len(w.live))
	c := w.live[i]
	w.live = append(w.live[:i:i], w.live[i+1:]...)
	w.mu.Unlock()
	c.crash()
	if len(w.live) == 0 {
		w.join()
	}
}

func (w *world) edit(r *rand.Rand) {
	s := w.sources[r.IntN(len(w.sources))]
	limit := oneOf(r, s.shared, &s.limits[1])
	if w.lowers {
		limit.Store(oneOf(r, 1, 5, 60, 300, 1_000, int64(window.Unlimited)))
		return
	}
	if now := limit.Load(); now != int64(window.Unlimited) {
		limit.Store(now + 1 + r.Int64N(now))
	}
}

// observe checks that the server holds at least what is true.
func (w *world) observe(now int64, call *redislog.Call, _ *redislog.Reply) {
	if w.lowers {
		return
	}
	at := w.now()
	check := func(id scopeID, l *redislog.Log) {
		if l.Limit == window.Unlimited {
			return
		}
		truth := w.ledger(id).truth(at, tolerance)
		assert.GreaterOrEqual(w.t, w.server.data.Total(now, id.organization, id.token), truth, "the log lacks spans of %v", id)
	}
	check(scopeID{call.Organization, ""}, &call.Log)
	for i := range call.Tokens {
		if t := &call.Tokens[i]; t.ID != "" {
			check(scopeID{call.Organization, t.ID}, &t.Log)
		}
	}
}

func (w *world) judge() {
	for id, g := range w.ledgers {
		if w.lowers {
			assert.Empty(w.t, g.violations(), "%v is over its limit", id)
		} else {
			assert.LessOrEqual(w.t, g.excess(), int64(0), "%v is over its limit", id)
		}
	}
}
