// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/strictyaml"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// Fault is one thing that is wrong, or, as a warning, may not be meant.
type Fault = strictyaml.Fault

// Findings collects what is found in records that come from no file: fields are named by the record's id.
type Findings struct {
	Faults, Warnings []Fault

	records *Records
	faulty  map[string]bool // "token" or "organization" and index, such as token3
}

// CheckAll checks records that come from no file.
func CheckAll(r *Records) (*Contents, *Findings) {
	f := &Findings{records: r, faulty: map[string]bool{}}
	return Check(r, f), f
}

// CheckToken checks one token, by itself. The field of a fault is that of the record.
func CheckToken(t *token.Token, r Revision) (Token, []Fault) {
	f := &Findings{}
	for _, fault := range t.Validate() {
		f.Report(fault.Field, fault.Problem, fault.Fix)
	}
	t.Seal()
	compact(t)
	origins := originsOf("", t, f)
	return Token{Token: t, Revision: r, origins: origins}, f.Faults
}

// CheckOrganization checks one organization, by itself.
func CheckOrganization(o *token.Organization, r Revision) (Organization, []Fault) {
	f := &Findings{}
	for _, fault := range o.Validate() {
		f.Report(fault.Field, fault.Problem, fault.Fix)
	}
	return Organization{Organization: o, Revision: r}, f.Faults
}

// Report implements Reporter.
func (f *Findings) Report(field, problem, fix string) {
	f.Faults = append(f.Faults, Fault{Field: f.name(field), Problem: f.named(problem), Fix: fix})
	if found := place.FindStringSubmatch(field); found != nil && f.faulty != nil {
		f.faulty[found[1]+found[2]] = true
	}
}

// Sound leaves out of contents, which CheckAll returned with the findings, the records that have faults, and the tokens
// of such organizations.
func (f *Findings) Sound(c *Contents) *Contents {
	sound := &Contents{Revision: c.Revision, Warnings: f.Warnings}
	known := map[string]bool{}
	for i, o := range c.Organizations {
		if !f.faulty["organization"+strconv.Itoa(i)] {
			sound.Organizations = append(sound.Organizations, o)
			known[o.ID] = true
		}
	}
	for i, t := range c.Tokens {
		if !f.faulty["token"+strconv.Itoa(i)] && known[t.Organization] {
			sound.Tokens = append(sound.Tokens, t)
		}
	}
	return sound
}

// Warn implements Reporter.
func (f *Findings) Warn(field, problem, fix string) {
	f.Warnings = append(f.Warnings, Fault{Field: f.name(field), Problem: problem, Fix: fix})
}

// Unreadable implements Reporter.
func (*Findings) Unreadable(string) bool { return false }

var place = regexp.MustCompile(`^(organization|token)s\[(\d+)\]`)

// name turns tokens[3].kind into token shop-web: kind.
func (f *Findings) name(field string) string {
	record, rest := f.split(field)
	return strings.TrimSuffix(strings.TrimPrefix(record+": "+strings.TrimPrefix(rest, "."), ": "), ": ")
}

// named turns "tokens[3] has the same secret" into "token shop-web has the same secret".
func (f *Findings) named(problem string) string {
	record, rest := f.split(problem)
	return record + rest
}

// split cuts off the place of a record in front, and returns its kind and id instead.
func (f *Findings) split(text string) (record, rest string) {
	found := place.FindStringSubmatch(text)
	if found == nil || f.records == nil {
		return "", text
	}
	i, _ := strconv.Atoi(found[2])
	if found[1] == "token" {
		return "token " + f.records.Tokens[i].ID, text[len(found[0]):]
	}
	return "organization " + f.records.Organizations[i].ID, text[len(found[0]):]
}
