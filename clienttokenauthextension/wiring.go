// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/extension/extensioncapabilities"
	"go.opentelemetry.io/collector/pipeline"
	"go.uber.org/zap"
)

// limiterType is the component type of the processor that holds senders to their limits.
const limiterType = "span_rate_limit"

// forgetful are the processors after which nobody knows who sent a span: they send on from a goroutine of their own.
var forgetful = []string{"batch", "groupbytrace", "tail_sampling"}

// NotifyConfigSnapshot checks the wiring before the pipelines start: whether every way in leads through what guards
// it. See extensioncapabilities.ConfigSnapshotWatcher.
func (a *authenticator) NotifyConfigSnapshot(_ context.Context, snapshot extensioncapabilities.ConfigSnapshot) error {
	w, err := newWiring(a.id, snapshot.Effective())
	if err != nil {
		return a.miswired(fmt.Errorf("can't read the configuration: %w", err))
	}
	for _, warning := range append(w.openDoors(), w.costlyDoors()...) {
		a.logger.Warn("wiring check", zap.String("warning", warning))
	}
	return a.miswired(w.faults()...)
}

// miswired refuses to start, or, with wiring_check: warn, only says why it should.
func (a *authenticator) miswired(faults ...error) error {
	if a.config.WiringCheck == WiringCheckStrict {
		return errors.Join(faults...)
	}
	for _, fault := range faults {
		a.logger.Warn("wiring check", zap.Error(fault))
	}
	return nil
}

// wiring is the effective configuration as far as it decides who gets in. IDs are decoded as the Collector does it,
// which takes "otlp / web" for otlp/web.
type wiring struct {
	Receivers  map[component.ID]any `mapstructure:"receivers"`
	Connectors map[component.ID]any `mapstructure:"connectors"`
	Service    struct {
		Pipelines map[pipeline.ID]pipelineParts `mapstructure:"pipelines"`
	} `mapstructure:"service"`

	guard component.ID
}

type pipelineParts struct {
	Receivers  []component.ID `mapstructure:"receivers"`
	Processors []component.ID `mapstructure:"processors"`
	Exporters  []component.ID `mapstructure:"exporters"`
}

func newWiring(guard component.ID, effective *confmap.Conf) (*wiring, error) {
	w := &wiring{guard: guard}
	return w, effective.Unmarshal(w, confmap.WithIgnoreUnused())
}

// faults returns what is miswired, pipeline by pipeline.
func (w *wiring) faults() []error {
	var faults []error
	if !w.guards() {
		faults = append(faults, fmt.Errorf("no receiver is behind %s: add middlewares: [{id: %s}] or auth: {authenticator: %s} "+
			"to one, or take it out of the extensions", w.guard, w.guard, w.guard))
	}
	for _, name := range w.pipelines() {
		if err := w.lateLimiter(name); err != nil {
			faults = append(faults, err)
		}
		for _, receiver := range w.Service.Pipelines[name].Receivers {
			if err := w.unguarded(name, receiver); err != nil {
				faults = append(faults, err)
			}
		}
	}
	return faults
}

// lateLimiter looks for a limiter behind something that forgets who sent the spans, in the same pipeline or in one
// that feeds it through a connector.
func (w *wiring) lateLimiter(name pipeline.ID) error {
	processors := w.Service.Pipelines[name].Processors
	limiter := slices.IndexFunc(processors, isLimiter)
	if limiter < 0 {
		return nil
	}
	forgets := slices.IndexFunc(processors[:limiter], isForgetful)
	if forgets >= 0 {
		return fmt.Errorf("pipeline %s: %s stands behind %s, which drops who sent the spans: move %s in front of it",
			name, processors[limiter], processors[forgets], processors[limiter])
	}
	if feeder, culprit, found := w.forgetfulFeeder(name); found {
		return fmt.Errorf("pipeline %s: %s stands behind %s of pipeline %s, which drops who sent the spans: "+
			"move %s into pipeline %s, in front of it", name, processors[limiter], culprit, feeder, processors[limiter], feeder)
	}
	return nil
}

// forgetfulFeeder ends because the Collector refuses pipelines that form a circle.
func (w *wiring) forgetfulFeeder(name pipeline.ID) (feeder pipeline.ID, culprit component.ID, found bool) {
	for _, source := range w.Service.Pipelines[name].Receivers {
		for _, feeder := range w.exportersTo(source) {
			processors := w.Service.Pipelines[feeder].Processors
			if i := slices.IndexFunc(processors, isForgetful); i >= 0 {
				return feeder, processors[i], true
			}
			if feeder, culprit, found := w.forgetfulFeeder(feeder); found {
				return feeder, culprit, true
			}
		}
	}
	return pipeline.ID{}, component.ID{}, false
}

// unguarded looks for what a receiver behind the guard lets into a pipeline without the checks that go with it.
func (w *wiring) unguarded(name pipeline.ID, receiver component.ID) error {
	doors := w.doors(receiver)
	switch name.Signal() {
	case pipeline.SignalTraces:
		if slices.ContainsFunc(doors, door.guarded) && !w.limited(name) {
			return fmt.Errorf("pipeline %s: receiver %s is behind %s, but nothing holds its senders to their limits: "+
				"add %s to the pipeline's processors, in front of any batch", name, receiver, w.guard, limiterType)
		}
	default:
		if i := slices.IndexFunc(doors, door.signalBlind); i >= 0 {
			return fmt.Errorf("pipeline %s: receiver %s is behind %s by auth: only, which can't check which signals a token "+
				"may write: %s", name, receiver, w.guard, doors[i].advice(w.guard))
		}
	}
	return nil
}

// limited tells whether every way through a traces pipeline meets a limiter, in it or behind the connectors it ends in.
func (w *wiring) limited(name pipeline.ID) bool {
	parts := w.Service.Pipelines[name]
	if slices.ContainsFunc(parts.Processors, isLimiter) {
		return true
	}
	for _, exporter := range parts.Exporters {
		next := w.tracesFrom(exporter)
		if len(next) == 0 || slices.ContainsFunc(next, func(name pipeline.ID) bool { return !w.limited(name) }) {
			return false
		}
	}
	return len(parts.Exporters) > 0
}

// tracesFrom returns the traces pipelines that a connector feeds; none for a plain exporter.
func (w *wiring) tracesFrom(exporter component.ID) []pipeline.ID {
	return w.joinedBy(exporter, func(name pipeline.ID, parts pipelineParts) bool {
		return name.Signal() == pipeline.SignalTraces && slices.Contains(parts.Receivers, exporter)
	})
}

// exportersTo returns the pipelines that end in a connector; none for a plain receiver.
func (w *wiring) exportersTo(source component.ID) []pipeline.ID {
	return w.joinedBy(source, func(_ pipeline.ID, parts pipelineParts) bool {
		return slices.Contains(parts.Exporters, source)
	})
}

func (w *wiring) joinedBy(connector component.ID, matches func(pipeline.ID, pipelineParts) bool) []pipeline.ID {
	if _, ok := w.Connectors[connector]; !ok {
		return nil
	}
	return slices.DeleteFunc(w.pipelines(), func(name pipeline.ID) bool {
		return !matches(name, w.Service.Pipelines[name])
	})
}

// pipelines returns their names sorted: what is said about them must not depend on chance.
func (w *wiring) pipelines() []pipeline.ID {
	return slices.SortedFunc(maps.Keys(w.Service.Pipelines), func(a, b pipeline.ID) int {
		return strings.Compare(a.String(), b.String())
	})
}

func isLimiter(processor component.ID) bool {
	return processor.Type().String() == limiterType
}

func isForgetful(processor component.ID) bool {
	return slices.Contains(forgetful, processor.Type().String())
}
