// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"fmt"
	"strings"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/strictyaml"
)

// maxPrinted bounds a message: the rest of the faults will still be there when these are mended.
const maxPrinted = 50

// FaultsError is a file that can't be served, with everything that is wrong in it.
type FaultsError struct {
	Path   string
	Faults []strictyaml.Fault
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
