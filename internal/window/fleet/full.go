// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package fleet

import (
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// Full looks at what is known of the windows of b, whatever its spans: it asks nobody, and charges nothing. With Redis the
// ceilings tell, which are known since a batch was refused; a lease has room that they don't know of. Without, it is this
// collector's share that is full.
func (w *Windows) Full(now time.Duration, b window.Batch) window.Full {
	b.Spans = 1
	if _, ok := b.Unasked(); ok {
		return window.Full{}
	}
	e := w.lock(b.Organization)
	defer e.Unlock()
	o := &e.Value
	a := o.tokens[b.Token]
	switch {
	case a == nil: // forgotten since
		return window.Full{}
	case !w.isAlone(now, o):
		return w.fullShared(now, o, a, &b)
	case w.Policy == Local:
		return o.fullAlone(now, a, &b, int64(w.Replicas))
	default:
		return window.Full{}
	}
}

func (w *Windows) fullShared(now time.Duration, o *organization, a *account, b *window.Batch) window.Full {
	if w.without(DenyCache) || a.lease.left > 0 {
		return window.Full{}
	}
	token, organization, believed := o.waits(now, a, b)
	if o.lent > 0 {
		organization = 0
	}
	return full(token, organization, believed)
}

// fullAlone is believed for a while only, since Redis may come back.
func (o *organization) fullAlone(now time.Duration, a *account, b *window.Batch, replicas int64) window.Full {
	return full(
		a.scope.wait(now, 1, b.EffectiveTokenLimit(), replicas),
		o.scope.wait(now, 1, b.OrganizationLimit, replicas),
		belief)
}

func full(token, organization, believed time.Duration) window.Full {
	if token == 0 && organization == 0 {
		return window.Full{}
	}
	return window.Full{Token: token, Organization: organization, Believed: believed}
}
