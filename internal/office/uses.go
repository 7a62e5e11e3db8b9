// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package office

import (
	"context"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/advice"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// uses is how some tokens of an organization were used, in their order.
type uses struct {
	last    []usage.LastUse
	lastDay []usage.Counts
	counted bool // whether anything of a month ago is known
}

// usesOf asks for it. With an error, there are as many without anything.
func (o *Office) usesOf(ctx context.Context, tokens []registry.Token) (uses, error) {
	u := uses{last: make([]usage.LastUse, len(tokens)), lastDay: make([]usage.Counts, len(tokens))}
	if len(tokens) == 0 {
		return u, nil
	}
	subjects := subjectsOf(tokens)
	last, err := o.usage.LastUse(ctx, subjects...)
	if err != nil {
		return u, unread(err)
	}
	lastDay, err := o.usage.Totals(ctx, usage.LastDay(o.now()), subjects...)
	if err != nil {
		return u, unread(err)
	}
	counted, err := o.countedBefore(ctx, tokens[0].Organization)
	if err != nil {
		return u, unread(err)
	}
	return uses{last, lastDay, counted}, nil
}

// countedBefore tells whether anything is known of what an organization did three to four weeks ago. Without a storage
// a restart forgets all, and then it means nothing that a use isn't known.
func (o *Office) countedBefore(ctx context.Context, organization string) (bool, error) {
	now := o.now()
	begin := now.Add(-usage.HoursKept + 2*time.Hour)
	week, err := usage.NewPeriod(begin, begin.Add(7*24*time.Hour), time.Hour, now)
	if err != nil {
		return false, err
	}
	totals, err := o.usage.Totals(ctx, week, usage.Subject{Organization: organization})
	return err == nil && !totals[0].IsZero(), err
}

// of returns that of one of the tokens.
func (u *uses) of(i int) *advice.Use {
	return &advice.Use{Last: u.last[i].Token, Counted: u.counted, LastDay: u.lastDay[i]}
}
