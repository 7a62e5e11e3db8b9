// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"errors"
	"fmt"
	"strings"
)

// ErrReadOnly is the error of writes to a store that was told, or has shown, not to take any.
var ErrReadOnly = errors.New("the registry is read-only")

// ErrUnavailable is the error of a store that can't be asked. A write that ends with it may have been done all the same.
var ErrUnavailable = errors.New("the registry does not answer")

// NotFoundError is the error about a record that isn't there.
type NotFoundError struct{ Kind, ID string }

// Error names the record.
func (e *NotFoundError) Error() string {
	return fmt.Sprintf("there is no %s %s: see `clienttokens list` and `clienttokens organization list`", e.Kind, e.ID)
}

// ConflictError is the error of a write that came too late: somebody else has changed, created or deleted the record.
type ConflictError struct {
	Kind, ID string
	Problem  string // for example "was changed meanwhile"
}

// Error names the record and what to do.
func (e *ConflictError) Error() string {
	return fmt.Sprintf("%s %s %s; nothing was written", e.Kind, e.ID, e.Problem)
}

// The problems of conflicts.
const (
	ConflictChanged = "was changed meanwhile: look at it and try again"
	ConflictExists  = "exists already: choose another id, or update it"
	ConflictDeleted = "was deleted meanwhile"
)

// LostError is the state of a store that has lost writes which collectors have served: flushed, restarted empty, or an
// old replica. Going on would forget tokens, or bring deleted ones back.
type LostError struct {
	Where  string
	Detail string
}

// Error says what to do.
func (e *LostError) Error() string {
	return fmt.Sprintf("%s has lost writes of the registry: %s. The tokens known so far go on being served, and nothing is "+
		"written. Bring the data back, or put a backup in their place: clienttokens import --replace BACKUP.yaml",
		e.Where, e.Detail)
}

// maxPrinted bounds a message: the rest of the faults will still be there when these are mended.
const maxPrinted = 50

// TheChange is where the faults are that a write would bring, in contrast to those that are there already.
const TheChange = "the change"

// FaultsError is what can't be served, with everything that is wrong in it.
type FaultsError struct {
	Where  string
	Faults []Fault
}

// Error lists the faults, a line each.
func (e *FaultsError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s can't be served, faults: %d", e.Where, len(e.Faults))
	for i, f := range e.Faults {
		if i == maxPrinted {
			fmt.Fprintf(&b, "\n  and %d more", len(e.Faults)-maxPrinted)
			break
		}
		fmt.Fprintf(&b, "\n  %s", f)
	}
	return b.String()
}
