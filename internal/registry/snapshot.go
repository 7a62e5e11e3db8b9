// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry // import "github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"

import (
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/origin"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// snapshot is one version of the registry, ready for look-ups and never changed.
type snapshot struct {
	grants   map[token.Digest]*Grant
	tokens   []*token.Token
	warnings []Fault
}

// builder makes a snapshot out of records and collects every fault on the way.
type builder struct {
	root          *yaml.Node
	organizations map[string]*token.Organization
	ids           map[string]int       // index of the token with that id, to name the twin of a duplicate
	secrets       map[token.Digest]int // the same for secrets
	snapshot      *snapshot
	faults        []Fault
}

// build returns the snapshot of a file's content, or everything that is wrong with it.
func build(content []byte) (*snapshot, []Fault) {
	doc, root, faults := parse(content)
	b := &builder{
		root:          root,
		organizations: make(map[string]*token.Organization, len(doc.Organizations)),
		ids:           make(map[string]int, len(doc.Tokens)),
		secrets:       make(map[token.Digest]int, len(doc.Tokens)),
		snapshot:      &snapshot{grants: make(map[token.Digest]*Grant, len(doc.Tokens))},
		faults:        faults,
	}
	for i := range doc.Organizations {
		b.addOrganization(fmt.Sprintf("organizations[%d]", i), &doc.Organizations[i])
	}
	for i := range doc.Tokens {
		b.addToken(i, &doc.Tokens[i])
	}
	if len(b.faults) > 0 {
		return nil, b.faults
	}
	return b.snapshot, nil
}

// fault adds a fault, unless decoding has found one in the same line already: a value that could not be read would
// otherwise be missing, too.
func (b *builder) fault(field, problem, fix string) {
	line := lineOf(b.root, field)
	for _, f := range b.faults {
		if f.Line == line && f.Field == field {
			return
		}
	}
	b.faults = append(b.faults, Fault{Line: line, Field: field, Problem: problem, Fix: fix})
}

func (b *builder) addOrganization(path string, o *token.Organization) {
	for _, f := range o.Validate() {
		b.fault(join(path, f.Field), f.Problem, f.Fix)
	}
	if _, twice := b.organizations[o.ID]; twice && o.ID != "" {
		b.fault(path+".id", fmt.Sprintf("%q is the id of another organization, too", excerpt(o.ID)), "give each its own")
	}
	b.organizations[o.ID] = o
}

func (b *builder) addToken(i int, t *token.Token) {
	path := fmt.Sprintf("tokens[%d]", i)
	for _, f := range t.Validate() {
		b.fault(join(path, f.Field), f.Problem, f.Fix)
	}
	seal(t)
	b.identify(path, i, t)
	b.checkSecrets(path, i, t)
	organization := b.organizationOf(path, t)
	origins := b.originsOf(path, t)
	if len(b.faults) > 0 {
		return // nothing will be served: go on only to find more faults
	}
	e := &entry{Token: t, Holder: identity.NewHolder(t, organization), origins: origins}
	b.snapshot.tokens = append(b.snapshot.tokens, t)
	for j := range t.Secrets {
		b.snapshot.grants[t.Secrets[j].SHA256] = &Grant{entry: e, secret: &t.Secrets[j]}
	}
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
	if t.ID == "" && len(t.Secrets) > 0 {
		t.ID = token.DerivedID(t.Secrets[0].SHA256)
	}
	if other, twice := b.ids[t.ID]; twice && t.ID != "" {
		b.fault(path+".id", fmt.Sprintf("%q is the id of tokens[%d], too", excerpt(t.ID), other), "give each token its own id")
	}
	b.ids[t.ID] = i
}

// checkSecrets makes sure that no two tokens have one secret: it would be one stranger with two names.
func (b *builder) checkSecrets(path string, i int, t *token.Token) {
	for j, s := range t.Secrets {
		if other, twice := b.secrets[s.SHA256]; twice && other != i {
			b.fault(fmt.Sprintf("%s.secrets[%d]", path, j),
				fmt.Sprintf("tokens[%d] has the same secret", other), "give each token its own secret")
		}
		b.secrets[s.SHA256] = i
	}
}

func (b *builder) organizationOf(path string, t *token.Token) *token.Organization {
	o, ok := b.organizations[t.Organization]
	if !ok && t.Organization != "" {
		b.fault(path+".organization", fmt.Sprintf("there is no organization %q", excerpt(t.Organization)),
			"add it under organizations:, or correct its id")
	}
	return o
}

func (b *builder) originsOf(path string, t *token.Token) origin.Set {
	if t.AllowedOrigins == nil {
		return origin.Set{}
	}
	set, faults := origin.ParseSet(t.AllowedOrigins)
	for _, f := range faults {
		field := path + ".allowed_origins"
		if f.Index >= 0 {
			field = fmt.Sprintf("%s[%d]", field, f.Index)
		}
		if f.Warning {
			warning := Fault{Line: lineOf(b.root, field), Field: field, Problem: f.Problem, Fix: f.Fix}
			b.snapshot.warnings = append(b.snapshot.warnings, warning)
			continue
		}
		b.fault(field, f.Problem, f.Fix)
	}
	return set
}
