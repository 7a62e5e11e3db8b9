// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package office

import (
	"errors"
	"fmt"
	"strings"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/lifecycle"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// Besides the errors below there are *lifecycle.InvalidError, *lifecycle.InUseError and *registry.ConflictError, and
// those that wrap registry.ErrReadOnly.

// NotFoundError is about what isn't there, or what the person may not know of: nobody can tell which.
type NotFoundError struct{ Kind, ID string }

// Error names it, unless it is none that could be there: that can be of any length, or a secret in the wrong place.
func (e *NotFoundError) Error() string {
	what := "such " + e.Kind
	if token.ValidID(e.ID) {
		what = e.Kind + " " + e.ID
	}
	return "there is no " + what + ", or you are not a member of its organization"
}

// ForbiddenError is about what the person's role doesn't allow.
type ForbiddenError struct {
	Action string
	Roles  []token.Role // that would; none: administrators only
}

// Error says who may.
func (e *ForbiddenError) Error() string {
	who := "administrators"
	if len(e.Roles) > 0 {
		roles := make([]string, len(e.Roles))
		for i, role := range e.Roles {
			roles[i] = string(role) + "s"
		}
		who = strings.Join(roles, ", ") + " and administrators"
	}
	return fmt.Sprintf("you may not %s: %s may", e.Action, who)
}

// StaleError is a change of a version that isn't the present one any more.
type StaleError struct{ Kind, ID string }

// Error says what to do, and repeats no more than NotFoundError does.
func (e *StaleError) Error() string {
	what := "the " + e.Kind
	if token.ValidID(e.ID) {
		what = e.Kind + " " + e.ID
	}
	return what + " was changed since you looked; nothing was written: look again, and decide again"
}

// LastOwnerError is the refusal to leave an organization without an owner.
type LastOwnerError struct{ User string }

// Error says what to do.
func (e *LastOwnerError) Error() string {
	return e.User + " is the last owner: make somebody else an owner first, or ask an administrator"
}

// UnavailableError is a registry that can't be asked, or whose answer can't be used. Its cause is for operators: it can
// name hosts, files, and records of others.
type UnavailableError struct{ Cause error }

// Error doesn't tell the cause.
func (*UnavailableError) Error() string {
	return "the registry can't be used at the moment; a change may or may not have been made: look again later. " +
		"The Collector's log says more"
}

// Unwrap returns the cause.
func (e *UnavailableError) Unwrap() error { return e.Cause }

// ErrNotRecorded is the error of questions about usage where nobody counts.
var ErrNotRecorded = errors.New(
	"usage is not recorded here: the operator can set usage: {enabled: true} in client_token_auth")

// unread is the error of usage that can't be read.
func unread(err error) error {
	if err == nil || errors.Is(err, ErrNotRecorded) {
		return err
	}
	return &UnavailableError{err}
}

// plain turns what operators and stores say into what people may know. asked is the revision that the person named: a
// conflict about it is theirs.
func plain(err error, asked registry.Revision) error {
	if err == nil {
		return nil
	}
	if missing, ok := errors.AsType[*registry.NotFoundError](err); ok {
		return &NotFoundError{Kind: missing.Kind, ID: missing.ID}
	}
	if faults, ok := errors.AsType[*registry.FaultsError](err); ok && faults.Where == registry.TheChange {
		return &lifecycle.InvalidError{Record: registry.TheChange, Faults: faults.Faults}
	}
	if conflict, ok := errors.AsType[*registry.ConflictError](err); ok {
		return plainConflict(conflict, asked)
	}
	if known[*lifecycle.InvalidError](err) || known[*lifecycle.InUseError](err) || errors.Is(err, registry.ErrReadOnly) ||
		known[*NotFoundError](err) || known[*ForbiddenError](err) || known[*LastOwnerError](err) {
		return err
	}
	return &UnavailableError{err}
}

// plainConflict doesn't tell where a file is.
func plainConflict(e *registry.ConflictError, asked registry.Revision) error {
	switch {
	case e.Kind == "file":
		return &registry.ConflictError{Kind: "the file", ID: "of tokens", Problem: e.Problem}
	case asked != 0 && e.Problem != registry.ConflictExists:
		return &StaleError{Kind: e.Kind, ID: e.ID}
	default:
		return e
	}
}

func known[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
