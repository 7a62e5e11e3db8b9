// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"context"
	"fmt"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.uber.org/zap"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/admission"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage/memorystore"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage/redisstore"
)

// recording keeps what tokens are used for. Requests with an unknown token are nobody's: the metrics count them.
type recording struct {
	logger   *zap.Logger
	store    usage.Store
	recorder *usage.Recorder
	failing  bool // the recorder's alone
}

// startRecording opens the store that is configured, and begins to record.
func startRecording(ctx context.Context, a *authenticator, host component.Host) (*recording, error) {
	store, err := a.openUsage(ctx, host)
	if err != nil {
		return nil, err
	}
	r := &recording{logger: a.logger, store: store}
	r.recorder = usage.NewRecorder(store, a.now, r.told)
	r.recorder.Start()
	return r, nil
}

func (a *authenticator) openUsage(ctx context.Context, host component.Host) (usage.Store, error) {
	if redis := a.config.usageRedis(); redis != nil {
		store, err := redisstore.Open(ctx, redis)
		if err != nil {
			return nil, fmt.Errorf("usage.redis: %w", err)
		}
		return store, nil
	}
	if a.config.Usage.Storage == nil {
		return memorystore.New(a.now), nil
	}
	client, err := storageClient(ctx, host, *a.config.Usage.Storage, a.id)
	if err != nil {
		return nil, fmt.Errorf("usage.storage: %w", err)
	}
	store, err := memorystore.Open(ctx, client, a.now)
	if err != nil {
		a.logger.Warn("usage that was counted before is not known any more", zap.Error(err))
	}
	return store, nil
}

func storageClient(ctx context.Context, host component.Host, id, owner component.ID) (storage.Client, error) {
	found, there := host.GetExtensions()[id]
	if !there {
		return nil, fmt.Errorf("there is no extension %s: add it to extensions: and to service: {extensions: […]}", id)
	}
	extension, ok := found.(storage.Extension)
	if !ok {
		return nil, fmt.Errorf("%s stores nothing: name a storage extension, such as file_storage", id)
	}
	return extension.GetClient(ctx, component.KindExtension, owner, "usage")
}

// told logs when usage can't be stored any more, and when it can again.
func (r *recording) told(err error) {
	switch {
	case err != nil && !r.failing:
		r.logger.Warn("usage can't be stored; it is kept in memory until it can", zap.Error(err))
	case err == nil && r.failing:
		r.logger.Info("usage is stored again, with what was kept")
	}
	r.failing = err != nil
}

// stop stores what was counted last.
func (r *recording) stop(ctx context.Context) {
	if r == nil {
		return
	}
	if err := r.recorder.Shutdown(ctx); err != nil {
		r.logger.Error("the last usage could not be stored", zap.Error(err))
	}
}

// meter returns where a token is counted, nil if it isn't.
func (r *recording) meter(h *identity.Holder) *usage.Meter {
	if r == nil {
		return nil
	}
	return h.Metered(r.recorder)
}

// outcome counts what became of a request.
func (r *recording) outcome(of admission.Result) {
	if r == nil || of.Grant == nil {
		return
	}
	if of.Admits() {
		r.use(of)
		return
	}
	m := r.meter(of.Grant.Holder)
	m.Refuse(reasons[of.Outcome])
	if of.Outcome == admission.OriginDenied {
		m.Origin(of.Origin, usage.OriginRefused)
	}
}

// shed counts a request that was shed, and the spans that it probably held.
func (r *recording) shed(h *identity.Holder, spans int64) {
	m := r.meter(h)
	m.Refuse(usage.Shed)
	m.Spans(usage.ShedEstimated, spans)
}

// use notes a request that is let through, or would be if it were not for a limit.
func (r *recording) use(of admission.Result) {
	if r == nil {
		return
	}
	m := r.meter(of.Grant.Holder)
	m.Use(of.Grant.Generation())
	if of.Outcome == admission.OriginReported {
		m.Origin(of.Origin, usage.OriginReported)
		return
	}
	m.Origin(of.Origin, usage.OriginAllowed)
}

// reasons are those of the outcomes that refuse a known token.
var reasons = func() (all [admission.NumOutcomes]usage.Reason) {
	for o := range admission.NumOutcomes {
		all[o], _ = usage.ReasonOf(o.Verdict().Label)
	}
	return all
}()

// Usage returns what tokens were used for, nil if that isn't recorded. It is known from Start on.
func (a *authenticator) Usage() usage.Reader {
	if a.recording == nil {
		return nil
	}
	return a.recording.store
}
