// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/origin"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// originHeader is defined by RFC 6454 §7 and the Fetch standard.
var originHeader = newPlace("Origin")

// Tokens are those that are known: a registry.
type Tokens interface {
	Lookup(d token.Digest) (*registry.Grant, bool)
	Stale(bound time.Duration) bool
}

// Settings say how requests are read and judged.
type Settings struct {
	Headers         []string          // that may carry the token
	QueryParam      string            // that may carry it, too; empty: none
	AppOriginHeader string            // where a mobile app may declare its origin; empty: nowhere
	ReportOnly      bool              // admit origins that are not allowed, unless the token says otherwise
	Paths           map[string]Intake // what each path takes
	MaxStaleness    time.Duration     // for how long the registry may be away; 0: for ever
}

// AppOriginHeader is where a mobile app declares its origin by default.
const AppOriginHeader = "X-LAST9-ORIGIN"

// Defaults returns the settings of an extension that is told nothing else.
func Defaults() Settings {
	return Settings{
		Headers:         []string{"X-Client-Token", "X-Mackerel-Client-Token", "X-LAST9-API-TOKEN", "Authorization"},
		QueryParam:      "client_token",
		AppOriginHeader: AppOriginHeader,
		Paths: map[string]Intake{
			"/v1/traces":              Traces,
			"/v1/metrics":             Metrics,
			"/v1/logs":                Logs,
			"/v1development/profiles": Profiles,
			"/api/v1/write":           RemoteWrite,
		},
	}
}

// Checker decides about requests. Everything is prepared: a check does no I/O and takes no lock.
type Checker struct {
	tokens       Tokens
	places       places
	appOrigin    place
	reportOnly   bool
	paths        map[string]Intake
	maxStaleness time.Duration
	now          func() time.Time
}

// NewChecker returns a Checker.
func NewChecker(tokens Tokens, s Settings, now func() time.Time) *Checker {
	return &Checker{
		tokens:       tokens,
		places:       newPlaces(s.Headers, s.QueryParam),
		appOrigin:    newPlace(s.AppOriginHeader),
		reportOnly:   s.ReportOnly,
		paths:        s.Paths,
		maxStaleness: s.MaxStaleness,
		now:          now,
	}
}

// Result is a check's outcome, for whom, and from which origin: empty where the request names none, or none that
// is well formed. Grant is nil where no token is known.
type Result struct {
	Outcome

	Grant  *registry.Grant
	Origin string
}

// Then goes on with a further rule, if the request has been admitted so far.
func (r Result) Then(rule func(*token.Token) Outcome) Result {
	if !r.Admits() {
		return r
	}
	if o := rule(r.Grant.Token); !o.Admits() {
		return Result{Outcome: o, Grant: r.Grant}
	}
	return r
}

// Place names where a sender who has used no place should put the token.
func (c *Checker) Place() string {
	return c.places.first()
}

// Check goes through the rules in their order: token present and unambiguous, known, enabled, not expired, then kind
// and origin. The first that fails decides. Sources are HTTP headers or gRPC metadata; query is the raw query, empty
// where the receiver has put the parameter into the sources.
func (c *Checker) Check(sources map[string][]string, query string) Result {
	secret, found := c.places.find(sources, query)
	if found != Accepted {
		return Result{Outcome: found}
	}
	grant, known := c.tokens.Lookup(token.DigestOf(secret))
	switch {
	case !known:
		return Result{Outcome: c.stranger()}
	case c.tokens.Stale(c.maxStaleness):
		return Result{Outcome: Stale, Grant: grant}
	case grant.Token.Disabled:
		return Result{Outcome: Disabled, Grant: grant}
	case grant.Expired(c.now()):
		return Result{Outcome: Expired, Grant: grant}
	}
	return c.checkOrigin(grant, sources)
}

// stranger is unknown, unless nobody is known yet: a sender who is told that its token is not valid drops its data.
func (c *Checker) stranger() Outcome {
	if c.tokens.Stale(0) {
		return Stale
	}
	return Unknown
}

// CheckPath lets through what the paths list, and of that only what is the token's to write.
func (c *Checker) CheckPath(path string, t *token.Token) Outcome {
	return CheckTarget(c.paths, path, t)
}

// CheckTarget is CheckPath for other ways to name what a request writes.
func CheckTarget(listed map[string]Intake, name string, t *token.Token) Outcome {
	intake, found := listed[name]
	switch {
	case !found:
		return PathUnknown
	case !intake.takes(t):
		return SignalDenied
	default:
		return Accepted
	}
}

// checkOrigin judges every origin the request declares. By the kind of the token, going on the presence of the header
// (an empty one is malformed, not missing): web needs an origin as soon as it is bound to some, mobile may have none,
// remote_write must have none.
func (c *Checker) checkOrigin(grant *registry.Grant, sources map[string][]string) Result {
	r := Result{Outcome: Accepted, Grant: grant}
	declarations := [...][]string{originHeader.values(sources), nil}
	if grant.Token.Kind == token.KindMobile {
		declarations[1] = c.appOrigin.values(sources)
	}
	for _, declared := range declarations {
		if len(declared) > 0 {
			r.judge(declared)
		}
	}
	if r.Origin == "" && r.Outcome == Accepted && grant.NeedsOrigin() {
		r.Outcome = OriginMissing
	}
	return c.lenient(r)
}

// judge goes on after a denied origin: another one that is malformed weighs more, since no mode admits it.
func (r *Result) judge(declared []string) {
	from, err := origin.Parse(declared)
	switch {
	case err != nil:
		r.Outcome, r.Origin = OriginMalformed, ""
	case r.Outcome != Accepted:
	case r.Grant.Allows(from):
		r.Origin = from.String()
	default:
		r.Outcome, r.Origin = OriginDenied, from.String()
	}
}

// lenient turns a refusal for the origin into a report where the token, or else the extension, says so. A malformed
// origin stays refused: no browser sends one.
func (c *Checker) lenient(r Result) Result {
	if r.Outcome != OriginMissing && r.Outcome != OriginDenied {
		return r
	}
	if c.Reports(r.Grant.Token) {
		r.Outcome = OriginReported
	}
	return r
}

// Reports tells whether origins that a token doesn't allow are admitted all the same.
func (c *Checker) Reports(t *token.Token) bool {
	if t.OriginMode != "" {
		return t.OriginMode == token.OriginReport
	}
	return c.reportOnly
}
