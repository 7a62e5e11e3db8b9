// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package office

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// askedForOrigins are how many tokens of an organization are looked at, the busiest ones.
const askedForOrigins = 20

// SeenOrigins returns the origins from which a token was used since yesterday, or, without a token, the busiest ones of
// the organization. Those that sent most come first.
func (o *Office) SeenOrigins(ctx context.Context, p Person, organization, id string) ([]usage.Origin, error) {
	tokens, err := o.busiest(ctx, p, organization, id)
	if err != nil {
		return nil, err
	}
	sums := map[string]usage.Origin{}
	for _, t := range tokens {
		seen, err := o.usage.Origins(ctx, subjectOf(t), o.now().Add(-24*time.Hour))
		if err != nil {
			return nil, unread(err)
		}
		for _, s := range seen {
			sum := sums[s.Origin]
			sums[s.Origin] = usage.Origin{
				Origin:   s.Origin,
				Allowed:  sum.Allowed + s.Allowed,
				Refused:  sum.Refused + s.Refused,
				Reported: sum.Reported + s.Reported,
			}
		}
	}
	return slices.SortedFunc(maps.Values(sums), func(a, b usage.Origin) int {
		return cmp.Or(cmp.Compare(requests(b), requests(a)), cmp.Compare(a.Origin, b.Origin))
	}), nil
}

func requests(o usage.Origin) int64 { return o.Allowed + o.Refused + o.Reported }

func (o *Office) busiest(ctx context.Context, p Person, organization, id string) ([]registry.Token, error) {
	if id != "" {
		t, err := o.seenToken(p, organization, id)
		return []registry.Token{t}, err
	}
	if _, err := o.seen(p, organization); err != nil {
		return nil, err
	}
	sorted, err := o.sort(ctx, o.registry.Tokens(organization), &TokenQuery{Order: ByAdmitted})
	if err != nil {
		return nil, err
	}
	page, err := paginate(sorted, Paging{Limit: askedForOrigins}, true)
	return page.Items, err
}
