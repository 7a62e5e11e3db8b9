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

const (
	// much is how many of a hundred spans must be refused in each of so many minutes, and how many spans there must be at
	// least in these: a test by hand is no trouble.
	much    = 20
	minutes = 10
	atLeast = 100

	// calm is how long it must have been better for it to be told again.
	calm = time.Hour

	// late is by when all collectors have stored what they counted in a minute.
	late = 15 * time.Second
)

// heavilyRefused are the tokens, and the organizations by their own limits, of whose spans more than 20 % were refused in
// each of the last ten minutes: once until it has been better for an hour.
func (w *watch) heavilyRefused(ctx context.Context, all []*household) ([]sighting, error) {
	if w.Usage == nil || !w.wants(notify.HeavilyRefused) {
		return nil, nil
	}
	to := w.Now().Add(-late).Truncate(time.Minute)
	p, err := usage.NewPeriod(to.Add(-minutes*time.Minute), to, time.Minute, w.Now())
	if err != nil {
		return nil, err
	}
	series, err := w.Usage.Series(ctx, p, themselves(all)...)
	if err != nil {
		return nil, err
	}
	var seen []sighting
	for i, h := range all {
		if !isZero(h.SpansPerMinute) && heavily(&series[i], byOthers) {
			o := counted(named(h.ID, h.Name), h.SpansPerMinute, &series[i].Totals)
			seen = append(seen, h.sawItself(notify.HeavilyRefused, o).untilCalm(h.ID))
		}
		if own(&series[i].Totals)+series[i].Totals.ShedEstimated == 0 {
			continue
		}
		tokens, err := w.tokensRefused(ctx, h, p)
		if err != nil {
			return seen, err
		}
		seen = append(seen, tokens...)
	}
	return seen, nil
}

func (w *watch) tokensRefused(ctx context.Context, h *household, p usage.Period) ([]sighting, error) {
	series, err := w.Usage.Series(ctx, p, h.subjects()...)
	if err != nil {
		return nil, err
	}
	var seen []sighting
	for i, t := range h.tokens {
		if !isZero(t.SpansPerMinute) && heavily(&series[i], byItself) {
			s := counted(named(t.ID, t.Name), t.SpansPerMinute, &series[i].Totals)
			seen = append(seen, h.saw(notify.HeavilyRefused, s).untilCalm(h.ID+"/"+t.ID))
		}
	}
	return seen, nil
}

// isZero tells of a limit that refuses all, as it is meant to.
func isZero(limit *int64) bool {
	return limit != nil && *limit == 0
}

func heavily(s *usage.Series, refused func(*usage.Counts) int64) bool {
	for i := range s.Buckets {
		c := &s.Buckets[i].Counts
		if refused(c)*100 <= c.Offered()*much {
			return false
		}
	}
	return s.Totals.Offered() >= atLeast
}

// byItself are spans that were refused for what the token alone does, and byOthers those that were refused for what its
// organization does, or since nobody could be asked. Requests that were shed don't tell: they go where most went.
func byItself(c *usage.Counts) int64 {
	if own(c) < others(c) {
		return own(c)
	}
	return own(c) + c.ShedEstimated
}

func byOthers(c *usage.Counts) int64 {
	if own(c) >= others(c) {
		return others(c)
	}
	return others(c) + c.ShedEstimated
}

func own(c *usage.Counts) int64 {
	return c.Refused.Token + c.Refused.Client + c.Refused.Batch
}

func others(c *usage.Counts) int64 {
	return c.Refused.Organization + c.Refused.Unavailable
}

func (s sighting) untilCalm(whom string) sighting {
	s.claim = outbox.Claim{Name: "heavily_refused/" + whom, For: calm}
	return s
}
