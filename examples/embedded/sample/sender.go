// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// sender is what uses a token. Its numbers are chosen so that all of an organization fit into the organization's limit.
type sender struct {
	busy    float64  // spans that it offers in a minute at 14:00 UTC of a working day
	weekend float64  // part of that on Saturdays and Sundays
	batch   int64    // spans a request
	origins []string // of its pages; of what is left each sends two thirds
	foreign string   // an origin that isn't allowed, of two requests an hour
	surge   surge
	stopped float64 // days before this morning
}

// surge is when there are so many times more spans than usual: on some days before today, between two hours.
type surge struct {
	first, last, from, to int
	times                 float64
}

// senders are, by their tokens, those that send spans.
var senders = map[string]sender{
	"shop-web": {
		busy: 240, weekend: 1.2, batch: 10, origins: []string{"http://localhost:8080"}, foreign: "http://127.0.0.1:8080",
		surge: surge{12, 12, 13, 20, 5}, // an incident: a page that tries again and again
	},
	"shop-app": {busy: 180, weekend: 1.3, batch: 17},
	"checkout-web": {
		busy: 420, weekend: 1, batch: 20, foreign: "https://shop-example.com",
		origins: []string{"https://shop.example.com", "https://de.shop.example.com", "https://fr.shop.example.com"},
		surge:   surge{8, 0, 0, 24, 2.8}, // a release that traces everything
	},
	"courier-app": {busy: 250, weekend: 0.5, batch: 23},
	"blog-web": {
		busy: 60, weekend: 0.7, batch: 8, origins: []string{"https://blog.example.com", "https://news.example.org", "null"},
	},
	"help-widget": {
		busy: 35, weekend: 0.2, batch: 6,
		origins: []string{"https://shop.staging.example.com", "https://docs.staging.example.com"},
	},
	"kiosk-app":       {busy: 65, weekend: 1.5, batch: 11},
	"spring-campaign": {busy: 90, weekend: 1, batch: 9, stopped: 46.6},
	"partner-preview": {busy: 30, weekend: 0.1, batch: 5, origins: []string{"https://preview.example.org"}},
	"menu-web": {
		busy: 380, weekend: 1.6, batch: 12, origins: []string{"https://bistro.example"}, foreign: "https://menu.example.net",
	},
}

// minute returns what is counted of a token in a minute, always the same for the same minutes.
func minute(t *token.Token, at, now time.Time) usage.Delta {
	s, sends := senders[t.ID]
	switch {
	case at.Before(t.CreatedAt), s.stopped > 0 && at.After(before(now, s.stopped)):
		return usage.Delta{}
	case t.Kind == token.KindRemoteWrite: // has no spans
		return usage.Delta{Used: true, Secrets: used(t, at)}
	case !sends:
		return usage.Delta{}
	case t.Disabled && at.After(before(now, disabledDays)): // somebody tries once an hour
		return usage.Delta{Counts: usage.Counts{RequestsRefused: usage.RequestsRefused{usage.Disabled: int64(at.Minute() / 59)}}}
	}
	d := s.spans(t, s.offered(at, now), s.chance(at, time.Minute))
	d.Secrets = used(t, at)
	return d
}

// chance is the same for the whole of a minute, an hour or a day.
func (s sender) chance(at time.Time, of time.Duration) *rand.Rand {
	return rand.New(rand.NewPCG(uint64(at.Truncate(of).Unix()), uint64(s.busy))) //nolint:gosec // nothing to be guessed
}

// spans are offered in whole batches. What is above the limit is refused, and soon shed.
func (s sender) spans(t *token.Token, offered float64, chance *rand.Rand) usage.Delta {
	batches, room := int64(offered/float64(s.batch)+chance.Float64()), int64(math.MaxInt64)
	if t.SpansPerMinute != nil {
		room = *t.SpansPerMinute / s.batch
	}
	admitted := min(batches, room)
	refused := min(batches-admitted, 2)
	shed := batches - admitted - refused
	d := usage.Delta{Used: batches > 0, Counts: usage.Counts{
		Admitted: admitted * s.batch, Refused: usage.Refused{Token: refused * s.batch}, ShedEstimated: shed * s.batch,
		RequestsRefused: usage.RequestsRefused{usage.Shed: shed},
	}}
	left := batches // an origin is looked at first
	for i, o := range s.origins {
		n := left
		if i < len(s.origins)-1 {
			n = (left*2 + chance.Int64N(3)) / 3
		}
		if left -= n; n > 0 {
			d.Origins = append(d.Origins, usage.Origin{Origin: o, Allowed: n})
		}
	}
	if s.foreign != "" && chance.IntN(30) == 0 {
		d.RequestsRefused[usage.OriginDenied] = 1
		d.Origins = append(d.Origins, usage.Origin{Origin: s.foreign, Refused: 1})
	}
	return d
}

// offered follows the sun, the week, and a growth by two fifths in 30 days.
func (s sender) offered(at, now time.Time) float64 {
	sun := math.Cos(math.Pi * (float64(at.Hour()) + float64(at.Minute())/60 - 14) / 24)
	spans := s.busy * (0.1 + 0.9*math.Pow(sun, 4)) * (1 - 0.3*float64(now.Sub(at))/float64(30*day))
	if at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
		spans *= s.weekend
	}
	daysAgo := int(now.Truncate(day).Sub(at.Truncate(day)) / day)
	if u := s.surge; daysAgo <= u.first && daysAgo >= u.last && at.Hour() >= u.from && at.Hour() < u.to {
		spans *= u.times
	}
	for _, of := range []time.Duration{time.Minute, time.Hour, day} {
		spans *= max(0, 1+0.08*s.chance(at, of).NormFloat64())
	}
	return spans
}

// used are the secrets that somebody sends with: the newest, and now and then one that is being rotated away.
func used(t *token.Token, at time.Time) []usage.SecretKey {
	sealed := *t
	sealed.Seal()
	var keys []usage.SecretKey
	for _, s := range slices.Backward(sealed.Secrets) {
		if at.Before(s.CreatedAt) {
			continue
		}
		if keys = append(keys, usage.KeyOf(s.SHA256)); at.Minute() != 7 {
			break
		}
	}
	return keys
}
