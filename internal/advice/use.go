// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package advice

import (
	"fmt"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// Use is what is known of how a token was used.
type Use struct {
	Last    time.Time    // zero: never, as far as is known
	Counted bool         // whether what was counted a month ago is known, so that never is never
	LastDay usage.Counts // of the last 24 hours
}

const (
	// unusedFor is how long a token may be idle until somebody should ask what it is for.
	unusedFor = 30 * day

	// A token is heavily refused with more than this part of at least so many spans of a day.
	heavily      = 0.2
	enoughToTell = 100
)

// Used returns the warnings that come from how a token was used. A disabled token, and an expired one, have none.
func Used(t *token.Token, u *Use, now time.Time) []Warning {
	if t.Disabled || ended(t, now) {
		return nil
	}
	var found []Warning
	if w, idle := unused(t, u, now); idle {
		found = append(found, w)
	}
	if w, refused := heavilyRefused(t, &u.LastDay); refused {
		found = append(found, w)
	}
	return found
}

// unused says nothing of a token that was made lately, or, if it was never used, at a time that isn't known.
func unused(t *token.Token, u *Use, now time.Time) (Warning, bool) {
	text := "it was last used " + u.Last.UTC().Format("on 2 January 2006")
	since := u.Last
	if since.IsZero() {
		text = fmt.Sprintf("it was not used in the last %d days", unusedFor/day)
		since = t.CreatedAt
		if !u.Counted || since.IsZero() {
			return Warning{}, false
		}
	}
	if now.Sub(since) <= unusedFor {
		return Warning{}, false
	}
	return Warning{Unused, always(text + ": does anybody need it?"), command("disable", t, "")}, true
}

func heavilyRefused(t *token.Token, c *usage.Counts) (Warning, bool) {
	offered, refused := c.Offered(), c.Lost()
	if offered < enoughToTell || float64(refused) <= heavily*float64(offered) {
		return Warning{}, false
	}
	return Warning{
		HeavilyRefused,
		func() string {
			return fmt.Sprintf("%d %% of its spans were refused in the last 24 hours", refused*100/offered)
		},
		func() string { return "sample less, or " + command("update", t, "--spans-per-minute N")() },
	}, true
}
