// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenadminextension

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify/outbox"
)

// notificationsReport makes visible how it goes: a metric, a status, a line when that changes, or, once a minute at most,
// the reason does, and one for what is lost.
type notificationsReport struct {
	report *report
	logger *zap.Logger
	status func(*componentstatus.Event)
	now    func() time.Time

	mu      sync.Mutex // guards what follows
	failing map[string]failure
	told    time.Time // when it was last said that something is lost
}

// failure is why a part fails, and when that was said.
type failure struct {
	reason error
	told   time.Time
}

func newNotificationsReport(r *report, logger *zap.Logger, status func(*componentstatus.Event)) *notificationsReport {
	return &notificationsReport{
		report: r, logger: logger.WithOptions(zap.AddStacktrace(zap.DPanicLevel)), status: status, now: time.Now,
		failing: map[string]failure{},
	}
}

// Count implements outbox.Reporter.
func (r *notificationsReport) Count(c outbox.Channel, o outbox.Outcome, n int, reason error) {
	r.report.notifications.Add(context.Background(), int64(n), metric.WithAttributes(r.report.extension,
		attribute.String("channel", string(c)), attribute.String("result", string(o))))
	if o != outbox.Dropped {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := r.now(); now.Sub(r.told) >= time.Minute {
		r.told = now
		r.logger.Warn("a notification is dropped; how many are is a metric", zap.String("channel", string(c)),
			zap.Int("notifications", n), zap.Error(reason))
	}
}

// State implements outbox.Reporter.
func (r *notificationsReport) State(part string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	last, failed := r.failing[part]
	now := r.now()
	switch {
	case err == nil && failed:
		delete(r.failing, part)
		r.logger.Info("notifications work again", zap.String("part", part))
	case err != nil && (!failed || err.Error() != last.reason.Error() && now.Sub(last.told) >= time.Minute):
		r.failing[part] = failure{err, now}
		r.logger.Error("notifications fail, and are tried again", zap.String("part", part), zap.Error(err))
	default:
		return
	}
	r.status(r.event())
}

// Failing returns what fails at the moment, each with the reason. There is none of no report.
func (r *notificationsReport) Failing() []string {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []string
	for _, part := range slices.Sorted(maps.Keys(r.failing)) {
		all = append(all, part+": "+r.failing[part].reason.Error())
	}
	return all
}

func (r *notificationsReport) event() *componentstatus.Event {
	if len(r.failing) == 0 {
		return componentstatus.NewEvent(componentstatus.StatusOK)
	}
	var errs []error
	for _, part := range slices.Sorted(maps.Keys(r.failing)) {
		errs = append(errs, r.failing[part].reason)
	}
	return componentstatus.NewRecoverableErrorEvent(errors.Join(errs...))
}
