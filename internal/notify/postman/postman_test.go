// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package postman

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify/outbox"
)

// street is where mails arrive, and what is said of it.
type street struct {
	mu       sync.Mutex
	answer   func(recipient string) error // nil: everything is taken
	arrived  map[string]int               // by recipient
	attempts map[string]int
	counts   map[outbox.Outcome]int
	failing  map[string]string // by part
	states   []string          // what has changed
}

func newStreet() *street {
	return &street{
		arrived: map[string]int{}, attempts: map[string]int{}, counts: map[outbox.Outcome]int{}, failing: map[string]string{},
	}
}

func (s *street) send(_ context.Context, d *outbox.Delivery) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.attempts[d.Recipient]++
	if s.answer != nil {
		if err := s.answer(d.Recipient); err != nil {
			return err
		}
	}
	s.arrived[d.Recipient]++
	return nil
}

// pass lets time go by, and then all that it brings about. The lock orders what a test has looked at before with that.
func (s *street) pass(d time.Duration) {
	s.mu.Lock()
	s.mu.Unlock() //nolint:staticcheck // see above
	time.Sleep(d)
	synctest.Wait()
}

func (s *street) set(answer func(string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = answer
}

func (s *street) Count(_ outbox.Channel, o outbox.Outcome, n int, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[o] += n
}

func (s *street) State(part string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	reason := "fine"
	if err != nil {
		reason = err.Error()
	}
	if cmp.Or(s.failing[part], "fine") != reason {
		s.states = append(s.states, part+": "+reason)
	}
	s.failing[part] = reason
}

func (s *street) carrier() Carrier {
	return Carrier{Channel: outbox.SMTP, Send: s.send, Timeout: 30 * time.Second}
}

func put(t *testing.T, o outbox.Outbox, recipients ...string) {
	t.Helper()
	for _, r := range recipients {
		_, err := o.Once(t.Context(), nil, outbox.Delivery{
			Channel: outbox.SMTP, Recipient: r, Event: notify.Event{ID: "e"}, Since: time.Now(),
		})
		require.NoError(t, err)
	}
}

func start(t *testing.T, c Carrier, o outbox.Outbox, r outbox.Reporter) *Postman {
	t.Helper()
	p := New(c, o, r, time.Now)
	p.Start()
	return p
}

// in runs a test in a time of its own.
func in(t *testing.T, test func(t *testing.T, s *street, o outbox.Outbox)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, newStreet(), outbox.NewMemory(time.Now)) })
}

func TestEachIsDeliveredOnceByMany(t *testing.T) {
	in(t, func(t *testing.T, s *street, o outbox.Outbox) {
		t.Helper()
		var all []string
		for i := range 100 {
			all = append(all, fmt.Sprintf("%d@example.com", i))
		}
		var postmen []*Postman
		for range 3 {
			postmen = append(postmen, start(t, s.carrier(), o, s))
		}
		put(t, o, all...)
		s.pass(time.Minute)
		for _, p := range postmen {
			p.Close(t.Context())
		}
		assert.Len(t, s.arrived, 100)
		assert.Equal(t, map[outbox.Outcome]int{outbox.Sent: 100}, s.counts)
		assert.Empty(t, s.states)
	})
}

func TestAChannelThatFailsIsTriedGently(t *testing.T) {
	in(t, func(t *testing.T, s *street, o outbox.Outbox) {
		t.Helper()
		s.answer = func(string) error { return errors.New("connection refused") }
		put(t, o, "a", "b", "c")
		p := start(t, s.carrier(), o, s)
		s.pass(3 * time.Hour)
		tried := s.attempts["a"] + s.attempts["b"] + s.attempts["c"]
		assert.Greater(t, tried, 3*6, "each at least every ten minutes or so")
		assert.Less(t, tried, 3*60+20, "once a minute at most, when it has failed for a while")
		s.set(nil)
		s.pass(maxDelay + 5*time.Minute)
		p.Close(t.Context())
		assert.Equal(t, map[string]int{"a": 1, "b": 1, "c": 1}, s.arrived)
		assert.Equal(t, []string{"smtp: connection refused", "smtp: fine"}, s.states)
		assert.Equal(t, map[outbox.Outcome]int{outbox.Failed: tried, outbox.Sent: 3}, s.counts)
	})
}

func TestOneThatIsRefusedHoldsUpNobody(t *testing.T) {
	in(t, func(t *testing.T, s *street, o outbox.Outbox) {
		t.Helper()
		since := time.Now()
		s.answer = func(recipient string) error {
			switch {
			case recipient == "nobody":
				return &notify.RejectedError{Final: true, Err: errors.New("550 unknown")}
			case recipient == "greylisted" && time.Since(since) < 15*time.Minute:
				return &notify.RejectedError{Err: errors.New("451 later")}
			default:
				return nil
			}
		}
		put(t, o, "nobody", "greylisted", "jo")
		p := start(t, s.carrier(), o, s)
		s.pass(time.Second)
		assert.Equal(t, map[string]int{"jo": 1}, s.arrived)
		s.pass(time.Hour)
		p.Close(t.Context())
		assert.Equal(t, map[string]int{"jo": 1, "greylisted": 1}, s.arrived)
		assert.Equal(t, 1, s.attempts["nobody"])
		assert.Equal(t, 1, s.counts[outbox.Dropped])
		assert.Empty(t, s.states, "the server is there")
	})
}

func TestItIsGivenUpAfterADay(t *testing.T) {
	in(t, func(t *testing.T, s *street, o outbox.Outbox) {
		t.Helper()
		s.answer = func(string) error { return errors.New("connection refused") }
		put(t, o, "jo")
		p := start(t, s.carrier(), o, s)
		s.pass(24 * time.Hour)
		assert.Zero(t, s.counts[outbox.Dropped])
		s.pass(time.Hour)
		assert.Equal(t, 1, s.counts[outbox.Dropped])
		tried := s.attempts["jo"]
		s.set(nil)
		s.pass(24 * time.Hour)
		p.Close(t.Context())
		assert.Equal(t, tried, s.attempts["jo"])
		assert.Empty(t, s.arrived)
	})
}

// A collector ends in time although a delivery hangs, and another one makes it.
func TestTheEndIsBounded(t *testing.T) {
	in(t, func(t *testing.T, s *street, o outbox.Outbox) {
		t.Helper()
		c := s.carrier()
		c.Send = func(ctx context.Context, _ *outbox.Delivery) error { <-ctx.Done(); return ctx.Err() }
		put(t, o, "jo")
		hanging := start(t, c, o, s)
		s.pass(2 * time.Second)
		began := time.Now()
		hanging.Close(t.Context())
		assert.Equal(t, grace, time.Since(began))
		assert.Empty(t, s.states, "it is not the server's fault")

		other := start(t, s.carrier(), o, s)
		s.pass(minDelay + 5*time.Second)
		other.Close(t.Context())
		assert.Equal(t, map[string]int{"jo": 1}, s.arrived)
	})
}

func TestAnotherTakesOverFromTheDead(t *testing.T) {
	in(t, func(t *testing.T, s *street, o outbox.Outbox) {
		t.Helper()
		put(t, o, "jo")
		_, found, err := o.Next(t.Context(), outbox.SMTP, s.carrier().Timeout+spare) // and is never heard of again
		require.NoError(t, err)
		require.True(t, found)
		heir := start(t, s.carrier(), o, s)
		s.pass(s.carrier().Timeout)
		assert.Empty(t, s.arrived, "it could still be under way")
		s.pass(spare + 2*idle)
		heir.Close(t.Context())
		assert.Equal(t, map[string]int{"jo": 1}, s.arrived)
	})
}

// shut is an outbox that can't be asked for a while.
type shut struct {
	outbox.Outbox

	until      time.Time
	unreadable int // come first
}

func (s *shut) Next(ctx context.Context, c outbox.Channel, lease time.Duration) (outbox.Leased, bool, error) {
	if time.Now().Before(s.until) {
		return outbox.Leased{}, false, errors.New("Redis is away")
	}
	if s.unreadable > 0 {
		s.unreadable--
		return outbox.Leased{}, false, fmt.Errorf("%w: version 2", outbox.ErrUnreadable)
	}
	return s.Outbox.Next(ctx, c, lease)
}

// An outbox that answers again is fine, though there is nothing to deliver, and so is a channel only when it has delivered.
func TestAnOutboxThatIsAwayForAWhile(t *testing.T) {
	in(t, func(t *testing.T, s *street, o outbox.Outbox) {
		t.Helper()
		away := &shut{Outbox: o, until: time.Now().Add(10 * time.Minute)}
		p := start(t, s.carrier(), away, s)
		s.pass(12 * time.Minute)
		assert.Equal(t, []string{"smtp outbox: Redis is away", "smtp outbox: fine"}, s.states)
		s.set(func(string) error { return errors.New("connection refused") })
		put(t, o, "jo")
		s.pass(5 * time.Second) // it is put off, and nothing else is due
		p.Close(t.Context())
		assert.Equal(t, []string{"smtp outbox: Redis is away", "smtp outbox: fine", "smtp: connection refused"}, s.states)
	})
}

func TestUnreadableOnesHoldUpNobody(t *testing.T) {
	in(t, func(t *testing.T, s *street, o outbox.Outbox) {
		t.Helper()
		put(t, o, "jo")
		p := start(t, s.carrier(), &shut{Outbox: o, unreadable: 2}, s)
		s.pass(0)
		p.Close(t.Context())
		assert.Equal(t, map[outbox.Outcome]int{outbox.Dropped: 2, outbox.Sent: 1}, s.counts)
		assert.Empty(t, s.states)
	})
}

// forgetful is an outbox that can't be told anything for a while.
type forgetful struct {
	outbox.Outbox

	until time.Time
}

func (f *forgetful) Done(ctx context.Context, l outbox.Leased) error {
	if time.Now().Before(f.until) {
		return errors.New("Redis is away")
	}
	return f.Outbox.Done(ctx, l)
}

func TestWhatWasDeliveredIsNotedInTheEnd(t *testing.T) {
	in(t, func(t *testing.T, s *street, o outbox.Outbox) {
		t.Helper()
		put(t, o, "jo")
		p := start(t, s.carrier(), &forgetful{o, time.Now().Add(10 * time.Second)}, s)
		s.pass(time.Hour)
		p.Close(t.Context())
		assert.Equal(t, map[string]int{"jo": 1}, s.arrived)
		assert.Equal(t, []string{
			"smtp outbox: what became of a notification can't be noted: Redis is away", "smtp outbox: fine",
		}, s.states)
	})
}

func TestCloseWithoutStart(t *testing.T) {
	p := New(newStreet().carrier(), outbox.NewMemory(time.Now), newStreet(), time.Now)
	p.Close(t.Context())
	p.Close(t.Context())
}

func TestDelays(t *testing.T) {
	for attempts, about := range map[int]time.Duration{
		0: 10 * time.Second, 1: 20 * time.Second, 5: 320 * time.Second, 6: 10 * time.Minute, 100: 10 * time.Minute,
	} {
		for range 100 {
			d := delay(attempts)
			assert.GreaterOrEqual(t, d, about*8/10)
			assert.LessOrEqual(t, d, about*12/10)
		}
	}
}
