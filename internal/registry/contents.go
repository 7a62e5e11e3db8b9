// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"slices"
	"strings"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/origin"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// Revision tells the versions of a record, or of a whole registry, apart. 0 is that of what isn't there. In Redis
// revisions grow; in a file they are drawn from the content.
type Revision uint64

// Organization is the record of an organization as it stands in a store.
type Organization struct {
	*token.Organization

	Revision Revision
}

// Token is the record of a token as it stands in a store.
type Token struct {
	*token.Token

	Revision Revision
	origins  origin.Set // allowed_origins, parsed by Check
}

// Contents are all records of a registry, in the order of the store. Records are shared: don't change them.
type Contents struct {
	Revision      Revision
	Organizations []Organization
	Tokens        []Token
	Warnings      []Fault // what may not be meant as it stands there
}

// Sort brings the records into the order of their ids, in which all stores look the same.
func (c *Contents) Sort() {
	slices.SortFunc(c.Organizations, func(a, b Organization) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(c.Tokens, func(a, b Token) int { return strings.Compare(a.ID, b.ID) })
}

// Token returns the record with the id.
func (c *Contents) Token(id string) (Token, bool) {
	if i := slices.IndexFunc(c.Tokens, func(t Token) bool { return t.ID == id }); i >= 0 {
		return c.Tokens[i], true
	}
	return Token{}, false
}

// Organization returns the record with the id.
func (c *Contents) Organization(id string) (Organization, bool) {
	if i := slices.IndexFunc(c.Organizations, func(o Organization) bool { return o.ID == id }); i >= 0 {
		return c.Organizations[i], true
	}
	return Organization{}, false
}
