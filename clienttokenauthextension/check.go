// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/origin"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// originHeader is defined by RFC 6454 §7 and the Fetch standard.
var originHeader = newPlace("Origin")

// checker decides about requests. Everything is prepared: a check does no I/O and takes no lock.
type checker struct {
	registry   *registry.File
	places     places
	appOrigin  place
	reportOnly bool
	now        func() time.Time
}

// result is a check's outcome, for whom, and from which origin: empty where the request names none, or none that
// is well formed.
type result struct {
	outcome
	grant  *registry.Grant
	origin string
}

// check goes through the rules in their order: token present and unambiguous, known, enabled, not expired, then kind
// and origin. The first that fails decides.
func (c *checker) check(sources map[string][]string, query string) result {
	secret, found := c.places.find(sources, query)
	if found != accepted {
		return result{outcome: found}
	}
	grant, ok := c.registry.Lookup(token.DigestOf(secret))
	if !ok {
		return result{outcome: unknown}
	}
	now := c.now()
	switch {
	case grant.Token.Disabled:
		return result{outcome: disabled, grant: grant}
	case grant.Expired(now):
		return result{outcome: expired, grant: grant}
	}
	return c.checkOrigin(grant, sources)
}

// checkOrigin judges every origin the request declares. By the kind of the token, going on the presence of the header
// (an empty one is malformed, not missing): web needs an origin as soon as it is bound to some, mobile may have none,
// remote_write must have none.
func (c *checker) checkOrigin(grant *registry.Grant, sources map[string][]string) result {
	r := result{outcome: accepted, grant: grant}
	declarations := [...][]string{originHeader.values(sources), nil}
	if grant.Token.Kind == token.KindMobile {
		declarations[1] = c.appOrigin.values(sources)
	}
	for _, declared := range declarations {
		if len(declared) > 0 {
			r.judge(declared)
		}
	}
	if r.origin == "" && r.outcome == accepted && grant.NeedsOrigin() {
		r.outcome = originMissing
	}
	return c.lenient(r)
}

// judge goes on after a denied origin: another one that is malformed weighs more, since no mode admits it.
func (r *result) judge(declared []string) {
	from, err := origin.Parse(declared)
	switch {
	case err != nil:
		r.outcome, r.origin = originMalformed, ""
	case r.outcome != accepted:
	case r.grant.Allows(from):
		r.origin = from.String()
	default:
		r.outcome, r.origin = originDenied, from.String()
	}
}

// lenient turns a refusal for the origin into a report where the token, or else the extension, says so. A malformed
// origin stays refused: no browser sends one.
func (c *checker) lenient(r result) result {
	if r.outcome != originMissing && r.outcome != originDenied {
		return r
	}
	if c.reports(r.grant.Token) {
		r.outcome = originReported
	}
	return r
}

func (c *checker) reports(t *token.Token) bool {
	if t.OriginMode != "" {
		return t.OriginMode == token.OriginReport
	}
	return c.reportOnly
}
