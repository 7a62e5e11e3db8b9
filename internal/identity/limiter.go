// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package identity

import "sync/atomic"

// Limiter stands for a span_rate_limit among those that report on the same tokens.
type Limiter struct{ stopped atomic.Bool }

// Stop has everything forgotten that the limiter reported, since nobody would take it back any more.
func (l *Limiter) Stop() { l.stopped.Store(true) }
