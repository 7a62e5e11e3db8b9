// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

// Token returns the token with the id as it is being served.
func (r *Registry) Token(id string) (Token, bool) {
	r.index.mu.RLock()
	defer r.index.mu.RUnlock()
	e, ok := r.index.tokens[id]
	if !ok {
		return Token{}, false
	}
	return e.record(), true
}

// Tokens returns the tokens of an organization that are being served, in no order.
func (r *Registry) Tokens(organization string) []Token {
	var found []Token
	for _, e := range r.index.entries() {
		if e.Token.Organization == organization {
			found = append(found, e.record())
		}
	}
	return found
}

// Organization returns the organization with the id as it is being served.
func (r *Registry) Organization(id string) (Organization, bool) {
	r.index.mu.RLock()
	defer r.index.mu.RUnlock()
	o, ok := r.index.owners[id]
	if !ok {
		return Organization{}, false
	}
	return o.record(), true
}

// Organizations returns the organizations being served, in no order.
func (r *Registry) Organizations() []Organization {
	r.index.mu.RLock()
	defer r.index.mu.RUnlock()
	found := make([]Organization, 0, len(r.index.owners))
	for _, o := range r.index.owners {
		found = append(found, o.record())
	}
	return found
}

func (e *entry) record() Token {
	return Token{Token: e.Token, Revision: e.revision, origins: e.origins}
}

func (o owner) record() Organization {
	return Organization{Organization: o.Organization(), Revision: o.revision}
}
