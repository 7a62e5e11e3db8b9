// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package office

import (
	"context"
	"strings"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// ListedOrganization is an organization in a list.
type ListedOrganization struct {
	ID             string            `json:"id"`
	Name           string            `json:"name,omitempty"`
	SpansPerMinute *int64            `json:"spans_per_minute,omitempty"`
	Tokens         int               `json:"tokens"`         // how many
	Role           token.Role        `json:"role,omitempty"` // of the person who asks
	Revision       registry.Revision `json:"revision,string"`
}

// Organizations returns the organizations that the person is a member of, all of them to administrators, by id. With a
// text they are those that have it in id or name.
func (o *Office) Organizations(
	_ context.Context, p Person, text string, paging Paging,
) (Page[ListedOrganization], error) {
	if err := o.loaded(); err != nil {
		return Page[ListedOrganization]{}, err
	}
	var mine []keyed[registry.Organization]
	for _, org := range o.registry.Organizations() {
		if p.admit(org.Organization, see) == nil && contain(text, org.ID, org.Name) {
			mine = append(mine, keyed[registry.Organization]{place("", org.ID), org})
		}
	}
	page, err := paginate(mine, paging, false)
	if err != nil {
		return Page[ListedOrganization]{}, err
	}
	listed := Page[ListedOrganization]{Total: page.Total, Next: page.Next, Items: []ListedOrganization{}}
	tokens := o.countTokens()
	for _, org := range page.Items {
		role, _ := p.roleIn(org.Organization)
		listed.Items = append(listed.Items, ListedOrganization{
			org.ID, org.Name, org.SpansPerMinute, tokens[org.ID], role, org.Revision,
		})
	}
	return listed, nil
}

func (o *Office) countTokens() map[string]int {
	counts := map[string]int{}
	o.registry.Each(func(t *token.Token, _ *token.Organization) { counts[t.Organization]++ })
	return counts
}

// contain tells whether a text is in one of the others, in whatever case. No text is in all.
func contain(text string, others ...string) bool {
	text = strings.ToLower(text)
	for _, other := range others {
		if strings.Contains(strings.ToLower(other), text) {
			return true
		}
	}
	return false
}
