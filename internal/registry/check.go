// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"fmt"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/origin"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// Records are what somebody wants a registry to hold, unchecked.
type Records struct {
	Organizations []token.Organization `json:"organizations" yaml:"organizations"`
	Tokens        []token.Token        `json:"tokens"        yaml:"tokens"`
}

// Reporter takes what is found in records. Fields are written as paths, such as tokens[3].secrets[0].sha256.
type Reporter interface {
	Report(field, problem, fix string)
	Warn(field, problem, fix string)

	// Unreadable says about which fields enough is said.
	Unreadable(field string) bool
}

// Check returns the contents of records, whether faults were reported or not: only contents without a fault may be
// served. It completes the records: a plain secret becomes its digest, and a token without id gets one that lasts as
// long as its first secret. Revisions are left to the caller.
func Check(r *Records, to Reporter) *Contents {
	return check(r, to, false)
}

// CheckPart is Check for records that are to be added to others, among which the organizations of tokens may be.
func CheckPart(r *Records, to Reporter) *Contents {
	return check(r, to, true)
}

func check(r *Records, to Reporter, part bool) *Contents {
	c := checker{
		part:          part,
		Records:       r,
		Reporter:      to,
		organizations: make(map[string]int, len(r.Organizations)),
		ids:           make(map[string]int, len(r.Tokens)),
		secrets:       make(map[token.Digest]int, len(r.Tokens)),
	}
	contents := &Contents{
		Organizations: make([]Organization, len(r.Organizations)),
		Tokens:        make([]Token, len(r.Tokens)),
	}
	for i := range r.Organizations {
		o := &r.Organizations[i]
		c.organization(i, o)
		contents.Organizations[i] = Organization{Organization: o}
	}
	for i := range r.Tokens {
		t := &r.Tokens[i]
		contents.Tokens[i] = Token{Token: t, origins: c.token(i, t)}
	}
	return contents
}

// checker knows the indexes of what it has seen, to name the twin of a duplicate.
type checker struct {
	*Records
	Reporter

	part          bool
	organizations map[string]int
	ids           map[string]int
	secrets       map[token.Digest]int
}

func (c *checker) organization(i int, o *token.Organization) {
	path := fmt.Sprintf("organizations[%d]", i)
	for _, f := range o.Validate() {
		c.Report(path+"."+f.Field, f.Problem, f.Fix)
	}
	if other, twice := c.organizations[o.ID]; twice && o.ID != "" {
		c.Report(path+".id", fmt.Sprintf("organizations[%d] has the same id", other), "give each its own")
		return
	}
	c.organizations[o.ID] = i
}

func (c *checker) token(i int, t *token.Token) origin.Set {
	path := fmt.Sprintf("tokens[%d]", i)
	c.validate(path, t)
	c.checkSecrets(path, i, t)
	t.Seal()
	compact(t)
	c.identify(path, i, t)
	c.checkOwner(path, t)
	return originsOf(path, t, c)
}

// validate does not ask for secrets where the secret could not be read.
func (c *checker) validate(path string, t *token.Token) {
	for _, f := range t.Validate() {
		if f.Field != "secrets" || !c.Unreadable(path+".secret") {
			c.Report(path+"."+f.Field, f.Problem, f.Fix)
		}
	}
}

// checkSecrets makes sure that no two tokens have one secret: it would be one stranger with two names.
func (c *checker) checkSecrets(path string, i int, t *token.Token) {
	if t.Secret != "" {
		c.checkSecret(path+".secret", i, token.DigestOf(string(t.Secret)))
	}
	for j, s := range t.Secrets {
		c.checkSecret(fmt.Sprintf("%s.secrets[%d]", path, j), i, s.SHA256)
	}
}

func (c *checker) checkSecret(field string, i int, d token.Digest) {
	if d.IsZero() {
		return
	}
	other, twice := c.secrets[d]
	if twice && other != i {
		c.Report(field, fmt.Sprintf("tokens[%d] has the same secret", other), "give each token its own secret")
		return
	}
	c.secrets[d] = i
}

// identify makes sure that ids are unique, those it gives, too.
func (c *checker) identify(path string, i int, t *token.Token) {
	if t.ID == "" && len(t.Secrets) > 0 && !t.Secrets[0].SHA256.IsZero() {
		t.ID = token.DerivedID(t.Secrets[0].SHA256)
	}
	if other, twice := c.ids[t.ID]; twice && t.ID != "" {
		c.Report(path+".id", fmt.Sprintf("tokens[%d] has the same id", other), "give each token its own id")
		return
	}
	c.ids[t.ID] = i
}

// checkOwner leaves an id that can't be one to validate.
func (c *checker) checkOwner(path string, t *token.Token) {
	_, known := c.organizations[t.Organization]
	if !known && !c.part && token.ValidID(t.Organization) && !c.Unreadable("organizations") {
		c.Report(path+".organization", "there is no organization with this id", "add it under organizations:, or correct the id")
	}
}
