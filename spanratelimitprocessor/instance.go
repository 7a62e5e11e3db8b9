// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"context"

	"go.opentelemetry.io/collector/component"
)

// instance is a limiter's place in one pipeline. Each has a component status of its own.
type instance struct {
	limiter *limiter
	host    component.Host
	release func() error // once: a pipeline shut down twice must not stop the others' limiter
}

func (i *instance) start(ctx context.Context, host component.Host) error {
	i.host = host
	if err := i.limiter.start(ctx); err != nil {
		return err
	}
	if s := i.limiter.shared; s != nil {
		s.monitor.join(i)
	}
	return nil
}

func (i *instance) shutdown(context.Context) error {
	if s := i.limiter.shared; s != nil {
		s.monitor.leave(i)
	}
	return i.release()
}
