// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package lookout

import (
	"errors"
	"fmt"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify/outbox"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

var (
	errFull   = fmt.Errorf("%d notifications wait already", outbox.MaxWaiting)
	errTooOld = fmt.Errorf("it was done more than %v ago: were all collectors down, or is this one's clock wrong?", tooOld)
	errNobody = errors.New("no owner or manager of the organization has an e-mail address: set members[].email")
)

// loss is an event that a channel doesn't tell.
type loss struct {
	channel outbox.Channel
	reason  error
}

func (o *Options) lost(reason error) []loss {
	var all []loss
	for _, c := range o.Channels {
		all = append(all, loss{c, reason})
	}
	return all
}

// deliveries are an event on all its ways: by mail to those who look after the tokens of an organization, if there is one,
// and to the webhook. It is lost if there are none.
func (o *Options) deliveries(e notify.Event, of *token.Organization) ([]outbox.Delivery, []loss) {
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
	if len(all) == 0 {
		return nil, o.lost(errNobody)
	}
	return all, nil
}

// count reports what is lost with what was put in, or had no room.
func (o *Options) count(r outbox.Result, lost []loss) {
	for c, n := range r.Dropped {
		if n > 0 {
			o.Reporter.Count(c, outbox.Dropped, n, errFull)
		}
	}
	if !r.Done {
		return
	}
	for _, l := range lost {
		o.Reporter.Count(l.channel, outbox.Dropped, 1, l.reason)
	}
}
