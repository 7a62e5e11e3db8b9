// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
	"google.golang.org/grpc/codes"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/refusal"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window/fair"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/spanratelimitprocessor/internal/metadata"
)

// sweepInterval is how often idle windows are looked for. It bounds memory, not correctness.
const sweepInterval = 10 * time.Second

// limiter is shared by all pipelines of one component ID.
type limiter struct {
	cfg      *Config
	senders  senders
	windows  windows // those in Redis from start on
	shared   *shared // nil without Redis
	clients  *fair.Table
	report   *report
	clock    func() time.Duration // monotonic, since an arbitrary moment
	jitter   func() float64       // in [0, 1)
	lenient  bool                 // missing_identity: allow
	standing *standing
	sweeping sync.WaitGroup
	started  sync.Once
	startErr error
	done     chan struct{}

	pipelines int // guarded by the factory
}

func newLimiter(set processor.Settings, cfg *Config) (*limiter, error) {
	telemetry, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	r, err := newReport(telemetry, set.ID)
	if err != nil {
		return nil, err
	}
	born := time.Now()
	l := &limiter{
		cfg:     cfg,
		senders: newSenders(cfg),
		clients: fair.NewTable(),
		report:  r,
		clock:   func() time.Duration { return time.Since(born) },
		jitter:  rand.Float64,
		lenient: cfg.MissingIdentity == MissingIdentityAllow,
		done:    make(chan struct{}),

		standing: newStanding(cfg, born),
	}
	if !cfg.Redis.HasValue() {
		l.windows = window.NewMemory(cfg.Resolution)
		return l, nil
	}
	m, err := newMonitor(telemetry, set.ID, newAvailability(set.Logger, cfg))
	l.shared = &shared{monitor: m}
	return l, err
}

// start starts the limiter for the first of its pipelines, and tells the others how that went.
func (l *limiter) start(ctx context.Context) error {
	l.started.Do(func() { l.startErr = l.run(ctx) })
	return l.startErr
}

func (l *limiter) run(ctx context.Context) error {
	interval := sweepInterval
	if l.shared != nil {
		if err := l.shared.open(ctx, l.cfg, l.clock); err != nil {
			return err
		}
		l.windows, interval = l.shared, sharedSweepInterval
	}
	l.sweeping.Go(func() { l.sweep(interval) })
	return nil
}

func (l *limiter) stop() error {
	close(l.done)
	l.sweeping.Wait()
	l.standing.stop()
	if l.shared == nil {
		return nil
	}
	return l.shared.close()
}

// processTraces admits a batch whole or refuses it whole. What a later component refuses stays charged: the
// processor doesn't see it.
func (l *limiter) processTraces(ctx context.Context, td ptrace.Traces) (ptrace.Traces, error) {
	spans := td.SpanCount()
	id := identityOf(ctx)
	if signalDenied(id) {
		l.report.unidentified(false, spans)
		id.Meter().Refuse(usage.SignalDenied)
		return td, errSignalDenied
	}
	told := standingOf(id)
	batch, err := l.senders.batch(ctx, spans)
	if err != nil {
		return td, l.unidentified(spans, err)
	}
	batch.Client = shareOf(id)
	now := l.clock()
	decision := l.decide(now, batch)
	l.report.decided(decision, spans)
	id.Meter().Spans(counterOf(decision), int64(spans))
	if id != nil {
		l.standing.tell(told, now, batch, decision, l.windows)
	}
	if decision.Outcome != window.Admitted {
		return td, refuse(decision, spans, l.jitter())
	}
	return td, nil
}

// unidentified answers a batch whose sender isn't known or can't be read.
func (l *limiter) unidentified(spans int, err error) error {
	admitted := l.lenient && missing(err)
	l.report.unidentified(admitted, spans)
	if admitted {
		return nil
	}
	return refusal.New(codes.Unauthenticated, refusal.IdentityMissing, err.Error(), nil).Err()
}

// sweep forgets idle windows until the limiter is stopped.
func (l *limiter) sweep(interval time.Duration) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-l.done:
			return
		case <-ticker.C:
			l.windows.Sweep(l.clock())
		}
	}
}
