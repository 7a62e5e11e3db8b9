// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package lookout

import (
	"fmt"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify/outbox"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// deliveries are an event on all its ways: by mail to those who look after the tokens of an organization, if there is one,
// and to the webhook.
func (o *Options) deliveries(e notify.Event, of *token.Organization) []outbox.Delivery {
	var all []outbox.Delivery
	for _, c := range o.Channels {
		recipients := []string{""}
		if c == outbox.SMTP {
			recipients = nil
			if of != nil {
				recipients = notify.Recipients(of)
			}
		}
		for _, r := range recipients {
			all = append(all, outbox.Delivery{Channel: c, Recipient: r, Event: e, Since: o.Now()})
		}
	}
	return all
}

var (
	errFull   = fmt.Errorf("%d notifications wait already", outbox.MaxWaiting)
	errTooOld = fmt.Errorf("it was done more than %v ago: were all collectors down, or is this one's clock wrong?", tooOld)
)

// count reports what had no room.
func (o *Options) count(r outbox.Result) {
	for c, n := range r.Dropped {
		if n > 0 {
			o.Reporter.Count(c, outbox.Dropped, n, errFull)
		}
	}
}

// drop reports events that nobody is told of.
func (o *Options) drop(n int, reason error) {
	for _, c := range o.Channels {
		if n > 0 {
			o.Reporter.Count(c, outbox.Dropped, n, reason)
		}
	}
}
