// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// raw are records as they are stored, by id.
type raw struct{ tokens, organizations map[string]string }

// apply brings the records up to date with an entry of the stream.
func (r raw) apply(m redis.XMessage) {
	for field, value := range m.Values {
		kind, id, _ := strings.Cut(field, ":")
		text, _ := value.(string)
		switch kind {
		case "token":
			put(r.tokens, id, text)
		case "organization":
			put(r.organizations, id, text)
		}
	}
}

// put stores a record; no text ends it.
func put(records map[string]string, id, text string) {
	if text == "" {
		delete(records, id)
		return
	}
	records[id] = text
}

// contents returns what can be served, and what is wrong with the rest.
func (r raw) contents(revision registry.Revision) (*registry.Contents, []registry.Fault) {
	d := decoder{records: registry.Records{
		Organizations: make([]token.Organization, 0, len(r.organizations)),
		Tokens:        make([]token.Token, 0, len(r.tokens)),
	}}
	for _, id := range slices.Sorted(maps.Keys(r.organizations)) { // in an order, so that all find the same faults
		d.organization(id, r.organizations[id])
	}
	for _, id := range slices.Sorted(maps.Keys(r.tokens)) {
		d.token(id, r.tokens[id])
	}
	contents, findings := registry.CheckAll(&d.records)
	for i := range contents.Organizations {
		contents.Organizations[i].Revision = d.ofOrganizations[i]
	}
	for i := range contents.Tokens {
		contents.Tokens[i].Revision = d.ofTokens[i]
	}
	faults := slices.Concat(d.faults, findings.Faults)
	slices.SortStableFunc(faults, func(a, b registry.Fault) int { return cmp.Compare(a.Field, b.Field) })
	sound := findings.Sound(contents)
	sound.Revision = revision
	return sound, faults
}

// decoder collects records with their revisions.
type decoder struct {
	records                   registry.Records
	ofOrganizations, ofTokens []registry.Revision
	faults                    []registry.Fault
}

func (d *decoder) organization(id, text string) {
	var stored storedOrganization
	if decode(id, text, &stored) != nil || stored.ID != id {
		d.unreadable("organization", id)
		return
	}
	d.records.Organizations = append(d.records.Organizations, stored.Organization)
	d.ofOrganizations = append(d.ofOrganizations, stored.Revision)
}

func (d *decoder) token(id, text string) {
	var stored storedToken
	if decode(id, text, &stored) != nil || stored.ID != id {
		d.unreadable("token", id)
		return
	}
	d.records.Tokens = append(d.records.Tokens, stored.Token)
	d.ofTokens = append(d.ofTokens, stored.Revision)
}

func (d *decoder) unreadable(kind, id string) {
	d.faults = append(d.faults, registry.Fault{
		Field: fmt.Sprintf("%s %.63q", kind, id), Problem: "is not a record of the expected form",
		Fix: "repair it in Redis, or put a backup in the place of all records: clienttokens import --replace",
	})
}
