// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package postman

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify/outbox"
)

const (
	idle  = time.Second      // how often an empty outbox is looked at
	grace = 5 * time.Second  // for a delivery that is under way at the end
	spare = 10 * time.Second // by which a lease outlasts a delivery and what is said of it
)

// Carrier delivers by one channel.
type Carrier struct {
	Channel outbox.Channel

	// Send delivers. Its error is a *notify.RejectedError where the receiver doesn't take this one; any other one is
	// about the channel.
	Send func(ctx context.Context, d *outbox.Delivery) error

	Timeout time.Duration // of a delivery: no less than Send keeps to
}

// Postman delivers for one carrier, one delivery after the other. Use New, Start and Close.
type Postman struct {
	carrier  Carrier
	outbox   outbox.Outbox
	reporter outbox.Reporter
	now      func() time.Time
	pause    *backoff.ExponentialBackOff // of a channel that fails
	away     *backoff.ExponentialBackOff // of an outbox that does

	closing chan struct{} // take no more
	once    sync.Once
	ctx     context.Context // of deliveries
	cancel  context.CancelFunc
	running sync.WaitGroup
}

// New returns a Postman.
func New(c Carrier, o outbox.Outbox, r outbox.Reporter, now func() time.Time) *Postman {
	p := &Postman{
		carrier: c, outbox: o, reporter: r, now: now, pause: newPause(), away: newPause(), closing: make(chan struct{}),
	}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	return p
}

func newPause() *backoff.ExponentialBackOff {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.Multiplier, b.MaxInterval = time.Second, 2, time.Minute
	b.Reset()
	return b
}

// Start begins to deliver.
func (p *Postman) Start() {
	p.running.Go(func() {
		for p.wait(p.round()) {
		}
	})
}

// Close takes no more deliveries. One that is under way may end until the context does, and for five seconds at most.
// It may come without Start, and twice.
func (p *Postman) Close(ctx context.Context) {
	p.once.Do(func() { close(p.closing) })
	ctx, cancel := context.WithTimeout(ctx, grace)
	defer cancel()
	context.AfterFunc(ctx, p.cancel)
	p.running.Wait()
	p.cancel()
}

// wait returns false if there is to be no next round.
func (p *Postman) wait(pause time.Duration) bool {
	select {
	case <-p.closing:
		return false
	default:
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-p.closing:
		return false
	case <-timer.C:
		return true
	}
}

// round delivers what is due next, and returns how long to wait until the next round.
func (p *Postman) round() time.Duration {
	l, found, err := p.outbox.Next(p.ctx, p.carrier.Channel, p.carrier.Timeout+spare)
	if p.ctx.Err() != nil {
		return 0 // it was cut off
	}
	if errors.Is(err, outbox.ErrUnreadable) {
		p.reporter.Count(p.carrier.Channel, outbox.Dropped, 1, err)
		return 0
	}
	p.reporter.State(p.part()+" outbox", err)
	if err != nil {
		return p.away.NextBackOff()
	}
	p.away.Reset()
	if !found {
		return idle
	}
	return p.deliver(l)
}

func (p *Postman) part() string { return string(p.carrier.Channel) }

func (p *Postman) deliver(l outbox.Leased) time.Duration {
	ctx, cancel := context.WithTimeout(p.ctx, p.carrier.Timeout)
	defer cancel()
	err := p.carrier.Send(ctx, &l.Delivery)
	var rejected *notify.RejectedError
	reached := err == nil || errors.As(err, &rejected)
	final := rejected != nil && rejected.Final
	switch {
	case err == nil:
		p.reporter.Count(l.Channel, outbox.Sent, 1, nil)
		p.settle(p.remove(l))
	case final || p.now().Sub(l.Since) > maxAge:
		p.reporter.Count(l.Channel, outbox.Dropped, 1, err)
		p.settle(p.remove(l))
	default:
		p.reporter.Count(l.Channel, outbox.Failed, 1, err)
		p.settle(p.putOff(l))
	}
	if p.ctx.Err() != nil {
		return 0 // it was cut off
	}
	if !reached {
		p.reporter.State(p.part(), err)
		return p.pause.NextBackOff()
	}
	p.reporter.State(p.part(), nil)
	p.pause.Reset()
	return 0
}

func (p *Postman) remove(l outbox.Leased) func(context.Context) error {
	return func(ctx context.Context) error { return p.outbox.Done(ctx, l) }
}

func (p *Postman) putOff(l outbox.Leased) func(context.Context) error {
	return func(ctx context.Context) error { return p.outbox.Later(ctx, l, delay(l.Attempts)) }
}

// settle tells the outbox what became of a delivery. If it can't be told, it is told again: until then nothing else could
// be taken from it, either, and somebody else would deliver it a second time.
func (p *Postman) settle(tell func(context.Context) error) {
	for {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(p.ctx), spare)
		err := tell(ctx)
		cancel()
		if err == nil {
			return
		}
		p.reporter.State(p.part()+" outbox", fmt.Errorf("what became of a notification can't be noted: %w", err))
		if !p.wait(p.away.NextBackOff()) {
			return
		}
	}
}
