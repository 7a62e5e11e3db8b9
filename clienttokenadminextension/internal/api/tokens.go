// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/advice"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// tokenFields are those that people set.
var tokenFields = []string{
	"name", "memo", "kind", "environment", "allowed_origins", "origin_mode", "signals", "spans_per_minute",
	"client_spans_per_minute", "disabled", "expires_at",
}

func (c *call) listTokens() error {
	q, err := c.tokenQuery()
	if err != nil {
		return err
	}
	page, err := c.Tokens(c.Context(), c.person, c.organization(), q)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, struct {
		Tokens []office.ListedToken `json:"tokens"`
		Total  int                  `json:"total"`
		Next   string               `json:"next,omitempty"`
	}{page.Items, page.Total, c.next(page.Next)})
}

func (c *call) tokenQuery() (office.TokenQuery, error) {
	q := c.query()
	query := office.TokenQuery{
		Text:        q.text("q"),
		Kind:        oneOf(q, "kind", token.KindWeb, token.KindMobile, token.KindRemoteWrite),
		Environment: q.text("environment"),
		Disabled:    q.boolean("disabled"),
		Warning:     oneOf(q, "warning", warnings...),
		Order:       oneOf(q, "sort", orders...),
		Paging:      q.paging(),
	}
	query.Order, query.Descending = cutDescending(query.Order)
	if d := q.duration("usage"); d > 0 {
		query.Usage = q.lately(d)
	}
	return query, q.err()
}

var warnings = []advice.Kind{
	office.AnyWarning, advice.OldSecret, advice.Expiring, advice.LowLimit, advice.AnyOrigin, advice.Unbound,
	advice.OriginsReport, advice.NoLimit, advice.Unused, advice.HeavilyRefused,
}

// orders have a - in front where the largest comes first.
var orders = func() []office.Order {
	all := slices.Clone(office.Orders)
	for _, order := range office.Orders {
		all = append(all, "-"+order)
	}
	return all
}()

func cutDescending(order office.Order) (office.Order, bool) {
	name, descending := strings.CutPrefix(string(order), "-")
	return office.Order(name), descending
}

// lately is the time until now, by hours if it is longer than two of them.
func (q *query) lately(d time.Duration) usage.Period {
	now := time.Now()
	p, err := usage.NewPeriod(now.Add(-d), now, 0, now)
	if err != nil {
		q.fault("usage", err.Error(), "choose another one")
	}
	return p
}

func (c *call) createToken() error {
	var t token.Token
	if err := c.body(&t, append([]string{"id"}, tokenFields...)...); err != nil {
		return err
	}
	issued, err := c.CreateToken(c.Context(), c.person, c.organization(), t)
	if err != nil {
		return err
	}
	return c.created(issued.Revision, issued, "organizations", issued.Organization, "tokens", issued.ID)
}

func (c *call) showToken() error {
	t, err := c.Token(c.Context(), c.person, c.organization(), c.PathValue("token"))
	if err != nil {
		return err
	}
	return c.record(http.StatusOK, t.Revision, t)
}

func (c *call) updateToken() error {
	target, err := c.tokenTarget()
	if err != nil {
		return err
	}
	edit, err := edits[token.Token](c, append([]string{"organization"}, tokenFields...)...)
	if err != nil {
		return err
	}
	t, err := c.UpdateToken(c.Context(), c.person, c.organization(), target, edit)
	return c.token(t, err)
}

func (c *call) deleteToken() error {
	target, err := c.tokenTarget()
	if err != nil {
		return err
	}
	if err := c.DeleteToken(c.Context(), c.person, c.organization(), target); err != nil {
		return err
	}
	return c.done()
}

func (c *call) disableToken() error {
	target, err := c.tokenTarget()
	if err != nil {
		return err
	}
	t, err := c.DisableToken(c.Context(), c.person, c.organization(), target)
	return c.token(t, err)
}

func (c *call) enableToken() error {
	target, err := c.tokenTarget()
	if err != nil {
		return err
	}
	t, err := c.EnableToken(c.Context(), c.person, c.organization(), target)
	return c.token(t, err)
}

// token answers with a token that was changed. It may have moved.
func (c *call) token(t office.Token, err error) error {
	if err != nil {
		return err
	}
	if t.Organization != c.organization() {
		c.locate("organizations", t.Organization, "tokens", t.ID)
	}
	return c.record(http.StatusOK, t.Revision, t)
}

func (c *call) tokenTarget() (office.Target, error) {
	return c.target("token", c.PathValue("token"))
}
