// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package lookout

import (
	"strconv"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/advice"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify/outbox"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// expiring are the tokens that end within 14 days: once for each end.
func (w *watch) expiring(all []*household) []sighting {
	if !w.wants(notify.Expiring) {
		return nil
	}
	var seen []sighting
	for _, h := range all {
		for _, t := range h.tokens {
			end := advice.End(t)
			if t.Disabled || !soon(end, w.Now()) {
				continue
			}
			s := h.saw(notify.Expiring, expiringSubject(t, end))
			s.claim = outbox.Claim{
				Name: "expiring/" + t.ID + "/" + strconv.FormatInt(end.Unix(), 10), For: advice.Notice + 48*time.Hour,
			}
			seen = append(seen, s)
		}
	}
	return seen
}

func soon(end, now time.Time) bool {
	return end.After(now) && end.Sub(now) <= advice.Notice
}

func expiringSubject(t *token.Token, end time.Time) notify.Subject {
	s := named(t.ID, t.Name)
	s.ExpiresAt, s.LastSecret = end, !end.Equal(t.ExpiresAt)
	return s
}
