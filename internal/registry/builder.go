// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/strictyaml"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// builder makes a snapshot out of records and collects every fault on the way. The maps hold indexes, to name the twin
// of a duplicate.
type builder struct {
	records
	*strictyaml.Document

	organizations map[string]int
	ids           map[string]int
	secrets       map[token.Digest]int
	snapshot      *snapshot
}

// build returns the snapshot of a file's content, or everything that is wrong with it, in the order of lines.
func build(content []byte) (*snapshot, []strictyaml.Fault) {
	b := newBuilder(parse(content))
	for i := range b.Organizations {
		b.addOrganization(i, &b.Organizations[i])
	}
	for i := range b.Tokens {
		b.addToken(i, &b.Tokens[i])
	}
	if len(b.Faults) > 0 {
		slices.SortStableFunc(b.Faults, func(x, y strictyaml.Fault) int { return cmp.Compare(x.Line, y.Line) })
		return nil, b.Faults
	}
	return b.snapshot, nil
}

func newBuilder(r records, doc *strictyaml.Document) *builder {
	return &builder{
		records:       r,
		Document:      doc,
		organizations: make(map[string]int, len(r.Organizations)),
		ids:           make(map[string]int, len(r.Tokens)),
		secrets:       make(map[token.Digest]int, len(r.Tokens)),
		snapshot:      &snapshot{grants: make(map[token.Digest]*Grant, len(r.Tokens))},
	}
}

func (b *builder) addOrganization(i int, o *token.Organization) {
	path := fmt.Sprintf("organizations[%d]", i)
	for _, f := range o.Validate() {
		b.Report(path+"."+f.Field, f.Problem, f.Fix)
	}
	if other, twice := b.organizations[o.ID]; twice && o.ID != "" {
		b.Report(path+".id", fmt.Sprintf("organizations[%d] has the same id", other), "give each its own")
		return
	}
	b.organizations[o.ID] = i
}

func (b *builder) addToken(i int, t *token.Token) {
	path := fmt.Sprintf("tokens[%d]", i)
	b.validate(path, t)
	b.checkSecrets(path, i, t)
	seal(t)
	b.identify(path, i, t)
	organization := b.organizationOf(path, t)
	origins := b.originsOf(path, t)
	if len(b.Faults) > 0 {
		return // nothing will be served: go on only to find more faults
	}
	e := &entry{Token: t, Holder: identity.NewHolder(t, organization), origins: origins}
	b.snapshot.tokens = append(b.snapshot.tokens, t)
	for j := range t.Secrets {
		b.snapshot.grants[t.Secrets[j].SHA256] = &Grant{entry: e, secret: &t.Secrets[j]}
	}
}

// validate does not ask for secrets where the secret could not be read.
func (b *builder) validate(path string, t *token.Token) {
	for _, f := range t.Validate() {
		if f.Field != "secrets" || !b.Unreadable(path+".secret") {
			b.Report(path+"."+f.Field, f.Problem, f.Fix)
		}
	}
}

// checkSecrets makes sure that no two tokens have one secret: it would be one stranger with two names.
func (b *builder) checkSecrets(path string, i int, t *token.Token) {
	if t.Secret != "" {
		b.checkSecret(path+".secret", i, token.DigestOf(string(t.Secret)))
	}
	for j, s := range t.Secrets {
		b.checkSecret(fmt.Sprintf("%s.secrets[%d]", path, j), i, s.SHA256)
	}
}

func (b *builder) checkSecret(field string, i int, d token.Digest) {
	if d.IsZero() {
		return
	}
	other, twice := b.secrets[d]
	if twice && other != i {
		b.Report(field, fmt.Sprintf("tokens[%d] has the same secret", other), "give each token its own secret")
		return
	}
	b.secrets[d] = i
}

// seal puts a digest in the place of a plain secret, which is not kept.
func seal(t *token.Token) {
	if t.Secret != "" {
		t.Secrets = append(t.Secrets, t.Secret.Record())
		t.Secret = ""
	}
}

// identify gives a token without id one that lasts as long as its first secret, and makes sure that ids are unique.
func (b *builder) identify(path string, i int, t *token.Token) {
	if t.ID == "" && len(t.Secrets) > 0 && !t.Secrets[0].SHA256.IsZero() {
		t.ID = token.DerivedID(t.Secrets[0].SHA256)
	}
	if other, twice := b.ids[t.ID]; twice && t.ID != "" {
		b.Report(path+".id", fmt.Sprintf("tokens[%d] has the same id", other), "give each token its own id")
		return
	}
	b.ids[t.ID] = i
}

// organizationOf returns the owner, or nil with a fault. An id that can't be one is a fault already.
func (b *builder) organizationOf(path string, t *token.Token) *token.Organization {
	if i, ok := b.organizations[t.Organization]; ok {
		return &b.Organizations[i]
	}
	if token.ValidID(t.Organization) && !b.Unreadable("organizations") {
		b.Report(path+".organization", "there is no organization with this id",
			"add it under organizations:, or correct the id")
	}
	return nil
}
