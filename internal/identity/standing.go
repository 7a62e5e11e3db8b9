// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package identity

import "time"

// Standing is what limiters have reported on a token: whether a span of it would fit. It is a cache of what windows say,
// so it begins empty whenever the record of the token or of its organization changes, for the limits may have: the next
// batch that is refused fills it again, while an old report might refuse what a raised limit lets through.
//
// A standing belongs to the version of the organization that was current when it was taken. Take it before the limits
// are read, so that a report by old limits ends up where nobody looks.
type Standing struct {
	holder *Holder
	owned  *owned
}

// Standing returns the standing of the token that the request carried.
func (i *Identity) Standing() Standing {
	return i.holder.Standing()
}

// Standing returns the standing of the token.
func (h *Holder) Standing() Standing {
	return Standing{holder: h, owned: h.owner.current.Load()}
}

// Admitted reports that a limiter let a batch through: it had room for the token, and for its organization.
func (s Standing) Admitted(by *Limiter, spans int) {
	s.holder.usual.add(spans)
	s.holder.reports.of(by).room()
	s.owned.reports.find(by).room()
}

// Refused reports that a limiter refused a batch, and what is exhausted, if not even one span fits. It replaces what the
// limiter reported before.
func (s Standing) Refused(by *Limiter, spans int, token, organization Exhaustion) {
	s.holder.usual.add(spans)
	s.holder.reports.of(by).set(token, s.owned)
	s.owned.reports.of(by).set(organization, s.owned)
}

// Reported tells whether any exhaustion is known, past ones included: if not, there is no need to look at the clock.
func (s Standing) Reported() bool {
	for _, r := range s.holder.reports.load() {
		if r.exhaustion.Load() != nil || s.owned.reports.find(r.by).exhausted(s.owned) != nil {
			return true
		}
	}
	return false
}

// Exhausted returns the exhaustion for which any batch of the token would be refused. Of several limiters that have
// reported on the token all must be exhausted, since each may be behind a door of its own; it is the one that ends first
// which counts then. A limiter that has reported on the organization only, by other tokens, is not asked: it may refuse
// this one for another reason, as it does at a limit of 0.
func (s Standing) Exhausted(now time.Time) (Exhaustion, bool) {
	var first Exhaustion
	for _, r := range s.holder.reports.load() {
		if r.by.stopped.Load() {
			continue
		}
		e, ok := s.exhaustedBy(r, now)
		if !ok {
			return Exhaustion{}, false
		}
		if first.Until.IsZero() || e.Retry.Before(first.Retry) {
			first = e
		}
	}
	return first, !first.Until.IsZero()
}

// exhaustedBy looks at the two reports of one limiter. As everywhere the token goes first.
func (s Standing) exhaustedBy(r *report, now time.Time) (Exhaustion, bool) {
	token, organization := r.exhausted(s.owned), s.owned.reports.find(r.by).exhausted(s.owned)
	switch {
	case token.at(now) && organization.at(now):
		return token.with(organization), true
	case token.at(now):
		return *token, true
	case organization.at(now):
		return *organization, true
	default:
		return Exhaustion{}, false
	}
}

// UsualBatch estimates how many spans a batch of the token has, from those that limiters decided on.
func (s Standing) UsualBatch() int64 {
	return s.holder.usual.spans()
}
