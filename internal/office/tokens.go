// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package office

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/advice"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// TokenQuery says which tokens of an organization somebody wants to see, and in which order. The zero value is all of
// them by id.
type TokenQuery struct {
	Text        string // in id, name, memo or environment, whatever the case
	Kind        token.Kind
	Environment string
	Disabled    *bool
	Warning     advice.Kind // that they have; AnyWarning for one or another

	Order      Order
	Descending bool
	Paging

	Usage  usage.Period // for which to count, too; none if zero
	Series usage.Period // for which to tell step by step, too; none if zero
}

// AnyWarning asks for tokens that have a warning.
const AnyWarning advice.Kind = "any"

// Order is what a list is sorted by.
type Order string

// The orders. Without a period those by usage are by that of the last day.
const (
	ByID       Order = "id"
	ByName     Order = "name"
	ByCreation Order = "created_at"
	ByLastUse  Order = "last_used_at"
	ByAdmitted Order = "admitted"
	ByRefused  Order = "refused"
)

// Orders are all there are.
var Orders = []Order{ByID, ByName, ByCreation, ByLastUse, ByAdmitted, ByRefused}

// ListedToken is a token in a list.
type ListedToken struct {
	Token

	Usage  *usage.Counts `json:"usage,omitempty"` // in the period asked for
	Series *usage.Series `json:"-"`               // of the other period
}

// Tokens returns the tokens of an organization.
func (o *Office) Tokens(ctx context.Context, p Person, organization string, q TokenQuery) (Page[ListedToken], error) {
	owner, err := o.seen(p, organization)
	if err != nil {
		return Page[ListedToken]{}, err
	}
	found := slices.DeleteFunc(o.registry.Tokens(organization), func(t registry.Token) bool {
		return !q.matches(t.Token)
	})
	if q.Warning != "" {
		if found, err = o.warned(ctx, found, owner.Organization, q.Warning); err != nil {
			return Page[ListedToken]{}, err
		}
	}
	sorted, err := o.sort(ctx, found, &q)
	if err != nil {
		return Page[ListedToken]{}, err
	}
	page, err := paginate(sorted, q.Paging, q.Descending)
	if err != nil {
		return Page[ListedToken]{}, err
	}
	listed := Page[ListedToken]{Total: page.Total, Next: page.Next, Items: make([]ListedToken, len(page.Items))}
	for i, t := range o.showAll(ctx, page.Items, owner.Organization) {
		listed.Items[i].Token = t
	}
	if err := o.addSeries(ctx, listed.Items, page.Items, q.Series); err != nil {
		return Page[ListedToken]{}, err
	}
	return listed, o.addUsage(ctx, listed.Items, page.Items, q.Usage)
}

// matches leaves warnings aside, which depend on use, too.
func (q *TokenQuery) matches(t *token.Token) bool {
	return contain(q.Text, t.ID, t.Name, t.Memo, t.Environment) &&
		(q.Kind == "" || t.Kind == q.Kind) &&
		(q.Environment == "" || t.Environment == q.Environment) &&
		(q.Disabled == nil || t.Disabled == *q.Disabled)
}

// warned returns those of the tokens that have a warning.
func (o *Office) warned(
	ctx context.Context, tokens []registry.Token, owner *token.Organization, kind advice.Kind,
) ([]registry.Token, error) {
	used, err := o.usesOf(ctx, tokens)
	if err != nil && !errors.Is(err, ErrNotRecorded) {
		return nil, err
	}
	var warned []registry.Token
	for i, t := range tokens {
		if slices.ContainsFunc(o.warnings(t.Token, owner, used.of(i)), func(w advice.Warning) bool {
			return kind == AnyWarning || w.Kind == kind
		}) {
			warned = append(warned, t)
		}
	}
	return warned, nil
}

// Environments returns those that an organization has tokens for, in their order.
func (o *Office) Environments(_ context.Context, p Person, organization string) ([]string, error) {
	if _, err := o.seen(p, organization); err != nil {
		return nil, err
	}
	found := map[string]bool{}
	for _, t := range o.registry.Tokens(organization) {
		if t.Environment != "" {
			found[t.Environment] = true
		}
	}
	return slices.Sorted(maps.Keys(found)), nil
}

// sort gives tokens their places in the list.
func (o *Office) sort(ctx context.Context, tokens []registry.Token, q *TokenQuery) ([]keyed[registry.Token], error) {
	keys, err := o.keys(ctx, tokens, q)
	if err != nil {
		return nil, err
	}
	sorted := make([]keyed[registry.Token], len(tokens))
	for i, t := range tokens {
		sorted[i] = keyed[registry.Token]{place(keys[i], t.ID), t}
	}
	return sorted, nil
}

// keys returns what each of the tokens is sorted by, as texts.
func (o *Office) keys(ctx context.Context, tokens []registry.Token, q *TokenQuery) ([]string, error) {
	keys := make([]string, len(tokens))
	switch q.Order {
	case ByName:
		for i, t := range tokens {
			keys[i] = strings.ToLower(t.Name)
		}
	case ByCreation:
		for i, t := range tokens {
			keys[i] = sortableTime(t.CreatedAt)
		}
	case ByLastUse:
		used, err := o.usage.LastUse(ctx, subjectsOf(tokens)...)
		for i := range used {
			keys[i] = sortableTime(used[i].Token)
		}
		return keys, unread(err)
	case ByAdmitted, ByRefused:
		totals, err := o.usage.Totals(ctx, q.period(o.now()), subjectsOf(tokens)...)
		for i := range totals {
			keys[i] = fmt.Sprintf("%020d", countOf(&totals[i], q.Order))
		}
		return keys, unread(err)
	}
	return keys, nil
}

func countOf(c *usage.Counts, by Order) int64 {
	if by == ByRefused {
		return c.Lost()
	}
	return c.Admitted
}

func (q *TokenQuery) period(now time.Time) usage.Period {
	if q.Usage.Len() == 0 {
		return usage.LastDay(now)
	}
	return q.Usage
}

// sortableTime puts times that aren't known first.
func sortableTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func (o *Office) addUsage(ctx context.Context, to []ListedToken, tokens []registry.Token, p usage.Period) error {
	if p.Len() == 0 {
		return nil
	}
	totals, err := o.usage.Totals(ctx, p, subjectsOf(tokens)...)
	for i := range totals {
		to[i].Usage = &totals[i]
	}
	return unread(err)
}

func (o *Office) addSeries(ctx context.Context, to []ListedToken, tokens []registry.Token, p usage.Period) error {
	if p.Len() == 0 {
		return nil
	}
	series, err := o.usage.Series(ctx, p, subjectsOf(tokens)...)
	for i := range series {
		to[i].Series = &series[i]
	}
	return unread(err)
}

func subjectsOf(tokens []registry.Token) []usage.Subject {
	subjects := make([]usage.Subject, len(tokens))
	for i, t := range tokens {
		subjects[i] = subjectOf(t)
	}
	return subjects
}

func subjectOf(t registry.Token) usage.Subject {
	return usage.Subject{Organization: t.Organization, Token: t.ID}
}
