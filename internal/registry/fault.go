// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"fmt"
	"strings"
)

// Fault is one thing wrong in a file of tokens, or, as a warning, one that may not be what was meant.
type Fault struct {
	Line    int    // from 1; 0 where no line can be named
	Field   string // for example tokens[3].secrets[0].sha256; empty for the file as a whole
	Problem string
	Fix     string
}

// String returns line, field, problem and fix. It never holds a secret.
func (f Fault) String() string {
	var b strings.Builder
	if f.Line > 0 {
		fmt.Fprintf(&b, "line %d: ", f.Line)
	}
	if f.Field != "" {
		fmt.Fprintf(&b, "%s: ", f.Field)
	}
	fmt.Fprintf(&b, "%s: %s", f.Problem, f.Fix)
	return b.String()
}

// maxPrinted bounds a message: the rest of the faults will still be there when these are mended.
const maxPrinted = 50

// FaultsError is a file that can't be served, with everything that is wrong in it.
type FaultsError struct {
	Path   string
	Faults []Fault
}

// Error lists the faults, a line each.
func (e *FaultsError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s can't be served, faults: %d", e.Path, len(e.Faults))
	for i, f := range e.Faults {
		if i == maxPrinted {
			fmt.Fprintf(&b, "\n  and %d more", len(e.Faults)-maxPrinted)
			break
		}
		fmt.Fprintf(&b, "\n  %s", f)
	}
	return b.String()
}
