// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package strictyaml

import (
	"fmt"
	"strings"
)

// Fault is one thing wrong in a file, or, as a warning, one that may not be what was meant.
type Fault struct {
	Line    int    // from 1; 0 where no line can be named
	Field   string // for example books[3].editions[0].isbn; empty for the file as a whole
	Problem string
	Fix     string
}

// String returns line, field, problem and fix.
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
