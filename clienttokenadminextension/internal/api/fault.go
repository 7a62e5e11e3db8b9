// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"errors"
	"regexp"
	"strings"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/clienttokenadminextension/internal/problem"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/lifecycle"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// problemOf turns what the office says into an answer.
func problemOf(err error) *problem.Problem {
	if p, ok := errors.AsType[*problem.Problem](err); ok {
		return p
	}
	if invalid, ok := errors.AsType[*lifecycle.InvalidError](err); ok {
		return invalidProblem(invalid)
	}
	if errors.Is(err, registry.ErrReadOnly) {
		return problem.New(problem.ReadOnly, "the registry is read-only here: tokens are changed where it comes from")
	}
	return problem.New(kindOf(err), err.Error())
}

func kindOf(err error) problem.Kind {
	conflict, isConflict := errors.AsType[*registry.ConflictError](err)
	switch {
	case is[*office.NotFoundError](err):
		return problem.NotFound
	case is[*office.ForbiddenError](err):
		return problem.Forbidden
	case is[*office.StaleError](err):
		return problem.Stale
	case is[*office.LastOwnerError](err):
		return problem.LastOwner
	case is[*lifecycle.InUseError](err):
		return problem.InUse
	case errors.Is(err, office.ErrNotRecorded):
		return problem.NotRecorded
	case isConflict && conflict.Problem == registry.ConflictExists:
		return problem.Exists
	case isConflict:
		return problem.Changed
	default:
		return problem.Unavailable
	}
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// invalidProblem has an entry for each fault.
func invalidProblem(e *lifecycle.InvalidError) *problem.Problem {
	list := make([]problem.Error, len(e.Faults))
	for i, f := range e.Faults {
		list[i] = problem.Error{Detail: f.Problem, Fix: f.Fix}
		if e.Record == office.Query {
			list[i].Parameter = f.Field
		} else {
			list[i].Pointer = pointerTo(f.Field)
		}
	}
	return problem.New(problem.Invalid, e.Record+" is not valid: see errors", list...)
}

var index = regexp.MustCompile(`\[(\d+)\]`)

// pointerTo turns "allowed_origins[1]" into "#/allowed_origins/1". Names of fields need no escaping.
func pointerTo(field string) string {
	return "#/" + strings.ReplaceAll(index.ReplaceAllString(field, "/$1"), ".", "/")
}
