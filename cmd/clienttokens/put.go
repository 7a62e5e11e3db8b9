// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
)

// put writes to somebody's screen. Where that fails nobody is left to be told.
func put(w io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(w, format, args...)
}
