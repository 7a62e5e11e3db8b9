// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"net/url"
	"strings"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenadminextension/internal/console/chart"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/advice"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// list is a page of tokens.
type list struct {
	Filter filter

	Environments []string // there are

	Columns []column
	Rows    []row
	Total   int
	Next    string
	Now     time.Time
}

// filter is which tokens were asked for, as it stands in the query.
type filter struct{ Text, Kind, Environment, State, Warning string }

// Any tells whether some may be left out.
func (f filter) Any() bool { return f != filter{} }

// row is a token in the list.
type row struct {
	office.ListedToken

	Admitted, Refused string // paths of a spark line
	Peak              *share // of the token's limit
	Spans, Rotating   bool
}

// column is a head of the list. It leads to the list in the order of the column.
type column struct {
	Label, Link, Sorted string // Sorted is for aria-sort
	Right               bool
}

// list returns the tokens that the query asks for, with what each did in the last day, if that is recorded.
func (v *visit) list(org *token.Organization, recorded bool) (list, error) {
	s := timespanNamed("day")
	period, err := s.period(v.now)
	if err != nil {
		return list{}, err
	}
	query := v.URL.Query()
	l := list{Filter: filterOf(query), Columns: v.columns(query.Get("sort")), Now: v.now}
	q := l.Filter.query()
	q.Order, q.Descending = order(query.Get("sort"))
	q.Series, q.After = period, query.Get("after")
	if !recorded {
		q.Order, q.Descending, q.Series = office.ByName, false, usage.Period{}
	}
	found, err := v.Tokens(v.Context(), v.person, org.ID, q)
	if err != nil {
		return list{}, err
	}
	for _, t := range found.Items {
		r := row{
			ListedToken: t, Peak: peak(t.Series, s.step, t.SpansPerMinute),
			Spans: t.Writes(token.SignalTraces), Rotating: rotating(&t.Token, v.now),
		}
		if recorded {
			r.Admitted, r.Refused = chart.Spark(t.Series.Buckets)
		}
		l.Rows = append(l.Rows, r)
	}
	if l.Environments, err = v.Environments(v.Context(), v.person, org.ID); err != nil {
		return list{}, err
	}
	l.Total, l.Next = found.Total, v.next(found.Next)
	return l, nil
}

func filterOf(query url.Values) filter {
	return filter{
		Text: query.Get("q"), Kind: query.Get("kind"), Environment: query.Get("environment"), State: query.Get("state"),
		Warning: query.Get("warning"),
	}
}

func (f filter) query() office.TokenQuery {
	q := office.TokenQuery{
		Text: f.Text, Kind: token.Kind(f.Kind), Environment: f.Environment, Warning: advice.Kind(f.Warning),
	}
	if f.State != "" {
		q.Disabled = new(f.State == "disabled")
	}
	return q
}

// order returns what a list is sorted by: the tokens that send most, if nothing else is asked for.
func order(sort string) (order office.Order, descending bool) {
	if sort == "" {
		sort = "-" + string(office.ByAdmitted)
	}
	name, descending := strings.CutPrefix(sort, "-")
	return office.Order(name), descending
}

// columns are the heads of the list. A click sorts by it, in the direction that says most, another one turns it round.
func (v *visit) columns(sort string) []column {
	current, descending := order(sort)
	columns := []struct {
		column
		order office.Order
		down  bool
	}{
		{column{Label: "Token"}, office.ByName, false},
		{column{Label: "Last 24 hours"}, "", false},
		{column{Label: "Admitted", Right: true}, office.ByAdmitted, true},
		{column{Label: "Refused", Right: true}, office.ByRefused, true},
		{column{Label: "Busiest, of limit"}, "", false},
		{column{Label: "Last used"}, office.ByLastUse, true},
	}
	heads := make([]column, len(columns))
	for i, c := range columns {
		heads[i] = c.column
		down := c.down
		if c.order == "" {
			continue
		}
		if c.order == current {
			heads[i].Sorted = "ascending"
			if descending {
				heads[i].Sorted = "descending"
			}
			down = !descending
		}
		sort := string(c.order)
		if down {
			sort = "-" + sort
		}
		heads[i].Link = v.with("sort", sort) + "#tokens"
	}
	return heads
}

// share is a part of a limit.
type share struct {
	Part  float64
	Spans int64 // a minute
}

// peak returns what was offered in the busiest step, as a share of the limit. There is none without limit.
func peak(series *usage.Series, step time.Duration, limit *int64) *share {
	if series == nil || limit == nil || *limit == 0 {
		return nil
	}
	most := int64(0)
	for i := range series.Buckets {
		most = max(most, series.Buckets[i].Offered())
	}
	perMinute := float64(most) / step.Minutes()
	return &share{Part: perMinute / float64(*limit), Spans: int64(perMinute)}
}
