// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package lookout

import (
	"slices"
	"strings"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// household is an organization and its tokens.
type household struct {
	*token.Organization

	tokens []*token.Token
}

// fleet returns all that are being served, in the order of their ids.
func (w *watch) fleet() []*household {
	byID := map[string]*household{}
	var all []*household
	w.Served(func(t *token.Token, o *token.Organization) {
		h, known := byID[o.ID]
		if !known {
			h = &household{Organization: o}
			byID[o.ID] = h
			all = append(all, h)
		}
		h.tokens = append(h.tokens, t)
	})
	slices.SortFunc(all, func(a, b *household) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// themselves are the organizations as subjects of usage.
func themselves(all []*household) []usage.Subject {
	subjects := make([]usage.Subject, len(all))
	for i, h := range all {
		subjects[i] = usage.Subject{Organization: h.ID}
	}
	return subjects
}

// subjects are the tokens as subjects of usage.
func (h *household) subjects() []usage.Subject {
	subjects := make([]usage.Subject, len(h.tokens))
	for i, t := range h.tokens {
		subjects[i] = usage.Subject{Organization: h.ID, Token: t.ID}
	}
	return subjects
}

func named(id, name string) notify.Subject {
	return notify.Subject{ID: id, Name: name}
}

// saw is a sighting of a token.
func (h *household) saw(k notify.Kind, t notify.Subject) sighting {
	return sighting{kind: k, of: h.Organization, subject: &t, about: named(h.ID, h.Name)}
}

// sawItself is a sighting of the organization.
func (h *household) sawItself(k notify.Kind, o notify.Subject) sighting {
	return sighting{kind: k, of: h.Organization, about: o}
}
