// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package identity

import "github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"

// Holder is the part of an identity that all requests with one token have in common. It is made once, when the
// token is loaded, so that a request costs no conversions.
type Holder struct {
	token      *token.Token
	attributes []attribute
}

type attribute struct {
	name  string
	value any
}

// NewHolder prepares the attributes of a token and its organization. Neither may be changed afterwards.
func NewHolder(t *token.Token, o *token.Organization) *Holder {
	h := &Holder{token: t, attributes: make([]attribute, 0, 7)}
	h.publish(TokenID, t.ID)
	h.publish(TokenName, t.Name)
	h.publish(TokenKind, string(t.Kind))
	h.publish(OrganizationID, o.ID)
	h.publish(Environment, t.Environment)
	h.publishLimit(TokenSpansPerMinute, t.SpansPerMinute)
	h.publishLimit(OrganizationSpansPerMinute, o.SpansPerMinute)
	return h
}

func (h *Holder) publish(name, value string) {
	if value != "" {
		h.attributes = append(h.attributes, attribute{name, value})
	}
}

// publishLimit leaves the attribute out where there is no limit: absent means unlimited, 0 means nothing.
func (h *Holder) publishLimit(name string, limit *int64) {
	if limit != nil {
		h.attributes = append(h.attributes, attribute{name, *limit})
	}
}

func (h *Holder) value(name string) any {
	for i := range h.attributes {
		if h.attributes[i].name == name {
			return h.attributes[i].value
		}
	}
	return nil
}
