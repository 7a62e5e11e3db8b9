// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package lookout

import (
	"context"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify/outbox"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// limitsReached are the tokens and organizations whose limit has refused spans today (UTC): once a day.
func (w *watch) limitsReached(ctx context.Context, all []*household) ([]sighting, error) {
	if w.Usage == nil || !w.wants(notify.LimitReached) {
		return nil, nil
	}
	today := w.Now().UTC().Truncate(24 * time.Hour)
	seen, err := w.limitsReachedOn(ctx, all, today)
	if err != nil || w.Now().Sub(today) > 2*lookEvery {
		return seen, err
	}
	// What happened after the last look of yesterday belongs there.
	late, err := w.limitsReachedOn(ctx, all, today.Add(-24*time.Hour))
	return append(seen, late...), err
}

func (w *watch) limitsReachedOn(ctx context.Context, all []*household, day time.Time) ([]sighting, error) {
	p, err := usage.NewPeriod(day, day.Add(24*time.Hour), time.Hour, w.Now())
	if err != nil {
		return nil, err
	}
	totals, err := w.Usage.Totals(ctx, p, themselves(all)...)
	if err != nil {
		return nil, err
	}
	var seen []sighting
	for i, h := range all {
		if hit(h.SpansPerMinute, totals[i].Refused.Organization) {
			s := h.sawItself(notify.LimitReached, counted(named(h.ID, h.Name), h.SpansPerMinute, &totals[i]))
			seen = append(seen, s.onceOn(day, h.ID))
		}
		if totals[i].Refused.Token == 0 {
			continue
		}
		tokens, err := w.tokensAtLimit(ctx, h, p, day)
		if err != nil {
			return seen, err
		}
		seen = append(seen, tokens...)
	}
	return seen, nil
}

func (w *watch) tokensAtLimit(ctx context.Context, h *household, p usage.Period, day time.Time) ([]sighting, error) {
	totals, err := w.Usage.Totals(ctx, p, h.subjects()...)
	if err != nil {
		return nil, err
	}
	var seen []sighting
	for i, t := range h.tokens {
		if hit(t.SpansPerMinute, totals[i].Refused.Token) {
			s := h.saw(notify.LimitReached, counted(named(t.ID, t.Name), t.SpansPerMinute, &totals[i]))
			seen = append(seen, s.onceOn(day, h.ID+"/"+t.ID))
		}
	}
	return seen, nil
}

// hit tells whether there is a limit that has refused something. One of 0 refuses all, as it is meant to.
func hit(limit *int64, refused int64) bool {
	return limit != nil && *limit > 0 && refused > 0
}

func counted(s notify.Subject, limit *int64, c *usage.Counts) notify.Subject {
	if limit != nil {
		s.SpansPerMinute = *limit
	}
	s.Offered, s.Refused = c.Offered(), c.Refused.Total()+c.ShedEstimated
	return s
}

func (s sighting) onceOn(day time.Time, whom string) sighting {
	s.claim = outbox.Claim{Name: "limit_reached/" + whom + "/" + day.Format(time.DateOnly), For: 48 * time.Hour}
	return s
}
