// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package lookout

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify/outbox"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// Registry is where the records and their history are. A registry.Store is one.
type Registry interface {
	audit.Log

	Token(ctx context.Context, id string) (registry.Token, error)
	Organization(ctx context.Context, id string) (registry.Organization, error)
}

// Options are what a lookout works with. All but Usage are required.
type Options struct {
	Registry Registry
	Served   func(visit func(*token.Token, *token.Organization)) // the tokens that are being served
	Usage    usage.Reader                                        // nil: nothing is counted, so nothing is told of it
	Outbox   outbox.Outbox
	Channels []outbox.Channel // by which people are told
	Kinds    []notify.Kind    // what they are told of
	Reporter outbox.Reporter
	Now      func() time.Time
}

const (
	readEvery = time.Second
	lookEvery = time.Minute
)

// Lookout reads what was done to the registry every second, and looks at the tokens and their usage every minute. Use New,
// Start and Close.
type Lookout struct {
	options Options
	history *history
	watch   *watch
	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup
}

// New returns a Lookout. What was done to the registry long before this moment is not told.
func New(o Options) *Lookout {
	l := &Lookout{options: o, history: newHistory(o), watch: newWatch(o)}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	return l
}

// Start begins to look.
func (l *Lookout) Start() {
	l.every(readEvery, 0, "history", l.history.read)
	first := rand.N(lookEvery / 4) //nolint:gosec // collectors that start together don't look together
	l.every(lookEvery, first, "usage", l.watch.look)
}

// Close ends at once: what it misses is found by another collector, or after the next start. It may come without Start.
func (l *Lookout) Close() {
	l.cancel()
	l.running.Wait()
}

func (l *Lookout) every(pause, first time.Duration, part string, look func(context.Context) error) {
	l.running.Go(func() {
		timer := time.NewTimer(first)
		defer timer.Stop()
		for {
			select {
			case <-l.ctx.Done():
				return
			case <-timer.C:
			}
			err := look(l.ctx)
			if l.ctx.Err() == nil {
				l.options.Reporter.State(part, err)
			}
			timer.Reset(pause)
		}
	})
}
