// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"errors"
	"net/http"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/advice"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// tokenPage is a token with all that is known of it.
type tokenPage struct {
	Token        office.Token
	Organization office.Organization
	Rights       office.Rights
	Recorded     bool // usage; else there is no plot, and no origin
	Spans        bool // may be written, and are counted
	Rotating     bool
	Plot         plot
	Peak         *share
	Warnings     []warning
	Sampling     *advice.Sampling
	Refusals     []refusals
	Origins      []usage.Origin
	Audit        []audit.Entry
	Now          time.Time
}

// refusals are how many requests were refused for a reason.
type refusals struct {
	Reason string
	Number int64
}

// auditShown is how many entries a token's page has; the rest is on the audit's own.
const auditShown = 8

// token shows a token: what it sends, from where, and what was done to it.
func (v *visit) token() error {
	t, org, err := v.wanted()
	if err != nil {
		return err
	}
	p := tokenPage{
		Token: t, Organization: org, Rights: v.person.Rights(&org.Organization), Now: v.now,
		Spans: t.Writes(token.SignalTraces), Rotating: rotating(&t, v.now),
	}
	err = v.addUsage(&p)
	if p.Recorded = !errors.Is(err, office.ErrNotRecorded); p.Recorded && err != nil {
		return err
	}
	advised, err := v.Advice(v.Context(), v.person, org.ID, t.ID)
	if err != nil {
		return err
	}
	p.Warnings, p.Sampling = warningsOf(&t, p.Rights), advised.Sampling
	done, err := v.Audit(v.Context(), v.person, org.ID, office.AuditQuery{Token: t.ID, Limit: auditShown})
	if err != nil {
		return err
	}
	p.Audit = done.Entries
	return v.render(http.StatusOK, "token.html", titleOf(&t.Token), v.crumbs(&org.Organization, nil), p)
}

// wanted returns the token that the path names, and its organization.
func (v *visit) wanted() (office.Token, office.Organization, error) {
	org, err := v.Organization(v.Context(), v.person, v.PathValue("organization"))
	if err != nil {
		return office.Token{}, org, err
	}
	t, err := v.Token(v.Context(), v.person, org.ID, v.PathValue("token"))
	return t, org, err
}

// changeable is wanted for those who may change it. The office looks again; this saves others a form.
func (v *visit) changeable() (office.Token, office.Organization, error) {
	t, org, err := v.wanted()
	if err == nil {
		err = v.mayChange(&org)
	}
	return t, org, err
}

func (v *visit) mayChange(org *office.Organization) error {
	if v.person.Rights(&org.Organization).Tokens {
		return nil
	}
	return &office.ForbiddenError{Action: "change tokens", Roles: []token.Role{token.RoleManager, token.RoleOwner}}
}

func (v *visit) addUsage(p *tokenPage) error {
	s := timespanNamed(v.URL.Query().Get("time"))
	period, err := s.period(v.now)
	if err != nil {
		return err
	}
	used, err := v.TokenUsage(v.Context(), v.person, p.Token.Organization, p.Token.ID, period)
	if err != nil {
		return err
	}
	p.Plot = v.plot(s, used.Series, p.Token.SpansPerMinute)
	p.Peak = peak(&used.Series, s.step, p.Token.SpansPerMinute)
	p.Origins = used.Origins
	p.Refusals = refusalsOf(&used.Totals)
	return nil
}

func refusalsOf(c *usage.Counts) []refusals {
	var all []refusals
	for reason, n := range c.RequestsRefused {
		if n > 0 {
			all = append(all, refusals{usage.Reason(reason).String(), n})
		}
	}
	return all
}

// Ended tells whether a secret doesn't work any more.
func (p tokenPage) Ended(s office.Secret) bool { return ended(s, p.Now) }

func ended(s office.Secret, now time.Time) bool {
	return (token.Secret{ExpiresAt: s.ExpiresAt}).Expired(now)
}

// rotating tells whether more than one secret works.
func rotating(t *office.Token, now time.Time) bool {
	working := 0
	for _, s := range t.Secrets {
		if !ended(s, now) {
			working++
		}
	}
	return working > 1
}
