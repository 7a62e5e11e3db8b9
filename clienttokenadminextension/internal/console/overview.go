// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"cmp"
	"errors"
	"net/http"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// overviewPage is an organization at a glance.
type overviewPage struct {
	Organization office.Organization
	Rights       office.Rights
	Recorded     bool // usage; else there is no plot, and no figure
	Plot         plot
	Peak         *share
	List         list
}

// overview shows what an organization sends, and its tokens.
func (v *visit) overview() error {
	org, err := v.Organization(v.Context(), v.person, v.PathValue("organization"))
	if err != nil {
		return err
	}
	p := overviewPage{Organization: org, Rights: v.person.Rights(&org.Organization)}
	p.Plot, p.Peak, err = v.organizationPlot(&org.Organization)
	if p.Recorded = !errors.Is(err, office.ErrNotRecorded); p.Recorded && err != nil {
		return err
	}
	if p.List, err = v.list(&org.Organization, p.Recorded); err != nil {
		return err
	}
	return v.render(http.StatusOK, "overview.html", nameOf(&org.Organization), v.crumbs(nil, nil), p)
}

func (v *visit) organizationPlot(org *token.Organization) (plot, *share, error) {
	s := timespanNamed(v.URL.Query().Get("time"))
	period, err := s.period(v.now)
	if err != nil {
		return plot{}, nil, err
	}
	series, err := v.OrganizationUsage(v.Context(), v.person, org.ID, period)
	if err != nil {
		return plot{}, nil, err
	}
	return v.plot(s, series, org.SpansPerMinute), peak(&series, s.step, org.SpansPerMinute), nil
}

func nameOf(org *token.Organization) string { return cmp.Or(org.Name, org.ID) }

func titleOf(t *token.Token) string { return cmp.Or(t.Name, t.ID) }

// crumbs lead from the list of organizations to a page of an organization, or below one of its tokens.
func (*visit) crumbs(org *token.Organization, t *token.Token) []crumb {
	way := []crumb{{"Organizations", "/"}}
	if org != nil {
		way = append(way, crumb{nameOf(org), link("o", org.ID)})
	}
	if t != nil {
		way = append(way, crumb{titleOf(t), link("o", t.Organization, "t", t.ID)})
	}
	return way
}
