// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package lifecycle

import (
	"context"
	"errors"
	"strings"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// InvalidError is a record that was not written, with everything that is wrong with it. Fields are those of the record.
type InvalidError struct {
	Record string // for example "token shop-web"
	Faults []registry.Fault
}

// Error lists the faults, a line each.
func (e *InvalidError) Error() string {
	var b strings.Builder
	b.WriteString(e.Record + " is not valid; nothing was written")
	for _, f := range e.Faults {
		b.WriteString("\n  " + f.String())
	}
	return b.String()
}

func invalid(record string, faults []registry.Fault) error {
	if len(faults) == 0 {
		return nil
	}
	return &InvalidError{Record: record, Faults: faults}
}

// checkToken looks at the token, by whatever name, and at whether its organization is there.
func (o *Operator) checkToken(ctx context.Context, name string, t *token.Token) error {
	_, faults := registry.CheckToken(t, 0)
	if token.ValidID(t.Organization) {
		_, err := o.store.Organization(ctx, t.Organization)
		switch _, missing := errors.AsType[*registry.NotFoundError](err); {
		case missing:
			faults = append(faults, registry.Fault{
				Field: "organization", Problem: "there is no organization " + t.Organization,
				Fix: "correct the id, or create it: clienttokens organization create --id " + t.Organization,
			})
		case err != nil:
			return err
		}
	}
	return invalid(name, faults)
}

func checkOrganization(o *token.Organization) error {
	var faults []registry.Fault
	for _, f := range o.Validate() {
		faults = append(faults, registry.Fault{Field: f.Field, Problem: f.Problem, Fix: f.Fix})
	}
	return invalid(nameOf("organization", o.ID), faults)
}

// nameOf repeats no id that can't be one: it could be a secret in the wrong place.
func nameOf(kind, id string) string {
	if token.ValidID(id) {
		return kind + " " + id
	}
	return "the " + kind
}
