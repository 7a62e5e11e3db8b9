// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/recipe"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// writeRecipe shows how the token is used.
func writeRecipe(w io.Writer, t *token.Token, owner *token.Organization, secret string) {
	for _, r := range recipe.For(t, owner, secret) {
		_, _ = fmt.Fprintf(w, "\n%s:\n\n", r.Title) // if not, w is gone
		for line := range strings.Lines(r.Text) {
			_, _ = fmt.Fprint(w, "  "+line)
		}
	}
}
