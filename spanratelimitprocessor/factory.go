// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"context"
	"errors"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processorhelper"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/spanratelimitprocessor/internal/metadata"
)

// factory makes one limiter for all pipelines that use the same component ID: the Collector hands each of them the
// same *Config, so a token posting through two pipelines is still held to one limit.
type factory struct {
	mu       sync.Mutex
	limiters map[component.Config]*limiter
}

// NewFactory returns the factory of span_rate_limit.
func NewFactory() processor.Factory {
	f := &factory{limiters: map[component.Config]*limiter{}}
	return processor.NewFactory(
		metadata.Type,
		createDefaultConfig,
		processor.WithTraces(f.createTraces, metadata.TracesStability),
	)
}

func (f *factory) createTraces(
	ctx context.Context, set processor.Settings, cfg component.Config, next consumer.Traces,
) (processor.Traces, error) {
	l, err := f.acquire(set, cfg)
	if err != nil {
		return nil, err
	}
	i := &instance{limiter: l, release: sync.OnceValue(func() error { return f.release(cfg) })}
	p, err := processorhelper.NewTraces(ctx, set, cfg, next, l.processTraces,
		processorhelper.WithCapabilities(consumer.Capabilities{MutatesData: false}),
		processorhelper.WithStart(i.start),
		processorhelper.WithShutdown(i.shutdown),
	)
	if err != nil {
		err = errors.Join(err, i.release())
	}
	return p, err
}

// acquire returns the limiter of a configuration and counts one more pipeline that uses it.
func (f *factory) acquire(set processor.Settings, cfg component.Config) (*limiter, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	l, ok := f.limiters[cfg]
	if !ok {
		var err error
		if l, err = newLimiter(set, cfg.(*Config)); err != nil {
			return nil, err
		}
		f.limiters[cfg] = l
	}
	l.pipelines++
	return l, nil
}

// release stops the limiter when the last pipeline lets go of it.
func (f *factory) release(cfg component.Config) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	l := f.limiters[cfg]
	if l.pipelines--; l.pipelines > 0 {
		return nil
	}
	delete(f.limiters, cfg)
	return l.stop()
}
