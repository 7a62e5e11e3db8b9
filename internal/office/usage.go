// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package office

import (
	"context"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// TokenUsage is what a token did in a period, and from where.
type TokenUsage struct {
	usage.Series

	Origins []usage.Origin `json:"origins"` // of the days in the period, of at most 7
}

// OrganizationUsage returns what the tokens of an organization did together.
func (o *Office) OrganizationUsage(ctx context.Context, p Person, id string, period usage.Period) (usage.Series, error) {
	if _, err := o.seen(p, id); err != nil {
		return usage.Series{}, err
	}
	return o.series(ctx, period, usage.Subject{Organization: id})
}

// TokenUsage returns what a token of an organization did.
func (o *Office) TokenUsage(
	ctx context.Context, p Person, organization, id string, period usage.Period,
) (TokenUsage, error) {
	t, err := o.seenToken(p, organization, id)
	if err != nil {
		return TokenUsage{}, err
	}
	series, err := o.series(ctx, period, subjectOf(t))
	if err != nil {
		return TokenUsage{}, err
	}
	origins, err := o.usage.Origins(ctx, subjectOf(t), period.From())
	return TokenUsage{Series: series, Origins: append([]usage.Origin{}, origins...)}, unread(err)
}

func (o *Office) series(ctx context.Context, period usage.Period, of usage.Subject) (usage.Series, error) {
	found, err := o.usage.Series(ctx, period, of)
	if err != nil {
		return usage.Series{}, unread(err)
	}
	return found[0], nil
}

// unrecorded is the usage that nobody counts.
type unrecorded struct{}

func (unrecorded) Series(context.Context, usage.Period, ...usage.Subject) ([]usage.Series, error) {
	return nil, ErrNotRecorded
}

func (unrecorded) Totals(context.Context, usage.Period, ...usage.Subject) ([]usage.Counts, error) {
	return nil, ErrNotRecorded
}

func (unrecorded) Origins(context.Context, usage.Subject, time.Time) ([]usage.Origin, error) {
	return nil, ErrNotRecorded
}

func (unrecorded) LastUse(context.Context, ...usage.Subject) ([]usage.LastUse, error) {
	return nil, ErrNotRecorded
}
