// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// standing tells client_token_auth, by the identity it has issued, when not even one span of a token would fit, so that
// it can refuse before a body is read. Of any other authenticator there is nobody to tell.
type standing struct {
	by      *identity.Limiter
	born    time.Time // of the limiter's clock
	knowing bool      // whether an exhaustion can be told
}

// newStanding knows which windows are the token's and its organization's by the names of the attributes: others, such as
// the origin for a token, make windows that say nothing about all who have the token. Then only room is told.
func newStanding(cfg *Config, born time.Time) *standing {
	s := &standing{by: new(identity.Limiter), born: born}
	s.knowing = cfg.TokenAttribute == identity.TokenID &&
		cfg.OrganizationAttribute == identity.OrganizationID &&
		cfg.TokenLimitAttribute == identity.TokenSpansPerMinute &&
		cfg.OrganizationLimitAttribute == identity.OrganizationSpansPerMinute
	return s
}

// standingOf returns where to report on a sender. It comes before the limits are read: see identity.Standing.
func standingOf(id *identity.Identity) identity.Standing {
	if id == nil {
		return identity.Standing{}
	}
	return id.Standing()
}

// tell reports a decision. One that has nothing to do with what is in the windows (400, 403, 503) says nothing about the
// next batch, and what it is answered stays this processor's business. Nor does a refusal by a client's share say anything
// about the token: it has not been asked.
func (s *standing) tell(of identity.Standing, now time.Duration, b window.Batch, d window.Decision, w windows) {
	switch {
	case b.Spans == 0, d.Scope == window.Client:
	case d.Outcome == window.Admitted:
		of.Admitted(s.by, int(b.Spans))
	case d.Outcome == window.OverLimit:
		var full window.Full
		if s.knowing {
			full = w.Full(now, b)
		}
		of.Refused(s.by, int(b.Spans),
			s.exhaustion(now, full.Token, full.Believed, window.Token, b.TokenLimit),
			s.exhaustion(now, full.Organization, full.Believed, window.Organization, b.OrganizationLimit))
	}
}

// exhaustion returns one that lasts for a time from now on, none if that is 0, and is believed for no longer than that:
// then somebody is let through to look again.
func (s *standing) exhaustion(
	now, lasts, believed time.Duration, scope window.Scope, limit window.Limit,
) identity.Exhaustion {
	if lasts == 0 {
		return identity.Exhaustion{}
	}
	e := identity.Exhaustion{Scope: scope, Limit: limit, Retry: s.born.Add(now + lasts)}
	e.Until = e.Retry
	if believed > 0 {
		e.Until = s.born.Add(now + min(lasts, believed))
	}
	return e
}

// stop has what was told forgotten.
func (s *standing) stop() { s.by.Stop() }
