// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package advice

import (
	"fmt"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// Notice is how long ahead an expiry is announced.
const Notice = 14 * day

// expiry tells of the end of a token, its own or that of its last secret, whichever comes first.
func expiry(t *token.Token, now time.Time) (Warning, bool) {
	end, bySecrets := endOf(t)
	if end.IsZero() || end.Sub(now) > Notice {
		return Warning{}, false
	}
	fix := command("update", t, "--expires-in 90d")
	what := "it"
	if bySecrets {
		fix = command("rotate", t, "")
		what = "its last secret"
	}
	return Warning{
		Kind: Expiring,
		text: func() string { return what + " " + when(end, now) },
		fix:  fix,
	}, true
}

// endOf says, too, whether it is for want of secrets that the token ends.
func endOf(t *token.Token) (end time.Time, bySecrets bool) {
	last := lastSecret(t)
	if last.IsZero() || !t.ExpiresAt.IsZero() && !last.Before(t.ExpiresAt) {
		return t.ExpiresAt, false
	}
	return last, true
}

// lastSecret returns when the last secret ends, zero for never.
func lastSecret(t *token.Token) time.Time {
	var last time.Time
	for _, s := range t.Secrets {
		if s.ExpiresAt.IsZero() {
			return time.Time{}
		}
		if s.ExpiresAt.After(last) {
			last = s.ExpiresAt
		}
	}
	return last
}

// End returns when nothing of the token works any more, zero for never.
func End(t *token.Token) time.Time {
	end, _ := endOf(t)
	return end
}

func ended(t *token.Token, now time.Time) bool {
	end := End(t)
	return !end.IsZero() && !now.Before(end)
}

func when(end, now time.Time) string {
	date := end.UTC().Format("on 2 January 2006 at 15:04 UTC")
	if !now.Before(end) {
		return "expired " + date
	}
	left := end.Sub(now)
	if left < 2*day {
		return fmt.Sprintf("expires in %d hours, %s", left.Round(time.Hour)/time.Hour, date)
	}
	return fmt.Sprintf("expires in %d days, %s", left.Round(day)/day, date)
}
